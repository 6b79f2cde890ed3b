import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { DownloadError, type DownloadOptions, download, type RemoteDataset } from "@scratch-nn/data";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { MAIN } from "../support/train-cli.ts";
import { until } from "../support/wait-for.ts";

const content = Buffer.from("sixty thousand handwritten digits, in spirit");
const packed = gzipSync(content);
const hex = createHash("sha256").update(content).digest("hex");

type Answer = (response: ServerResponse, request: IncomingMessage) => unknown;

interface Mirror {
  readonly url: string;
  /** Resolves when the first answer's connection is closed. */
  readonly closed: Promise<unknown>;
}

/** Starts a server on the loopback interface. */
async function serve(answer: Answer): Promise<Mirror> {
  let close = (_: unknown): void => {};
  const closed = new Promise((resolve) => {
    close = resolve;
  });
  const server = createServer((request, response) => {
    response.on("close", close);
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, closed };
}

const good: Answer = (response) => response.end(packed);

/** Sends data as fast as the client reads it, and never ends. */
const endless: Answer = (response) => {
  const chunk = Buffer.alloc(1 << 16, 1);
  const send = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", send);
  send();
};

/** Sends this many bytes every 10 milliseconds. */
const dripping =
  (bytes: number): Answer =>
  (response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(bytes, 1)), 10);
    response.on("close", () => clearInterval(timer));
  };

const redirecting: Answer = (response, request) => {
  response.writeHead(302, { location: `${request.url}x` });
  response.end();
};

/** Limits that a well-behaved mirror meets. */
const SHORT = { windowMilliseconds: 1000, leastBytes: 1 << 20, totalMilliseconds: 60_000 };
const SHORT_IN_ALL = { windowMilliseconds: 60_000, leastBytes: 1, totalMilliseconds: 1000 };

interface Hostile {
  readonly does: string;
  readonly answer: Answer;
  /** The fault that the error must name. */
  readonly found: RegExp;
  readonly limits?: DownloadOptions["limits"];
}

const HOSTILE: readonly Hostile[] = [
  { does: "sends without an end", answer: endless, found: /more than the \d+ bytes that it may have$/ },
  {
    does: "names an end that is too far",
    answer: (response) => {
      response.setHeader("content-length", 1e12);
      endless(response, response.req);
    },
    found: /more than the \d+ bytes that it may have$/,
  },
  {
    does: "sends little that is much once it is decompressed",
    answer: (response) => response.end(gzipSync(Buffer.alloc(2 << 20))),
    found: /more than the 44 bytes that it may have in \d+ bytes of no stated type$/,
  },
  {
    does: "refuses, and sends a page without an end",
    answer: (response) => {
      response.statusCode = 503;
      endless(response, response.req);
    },
    found: /HTTP 503 Service Unavailable$/,
  },
  { does: "redirects for ever", answer: redirecting, found: /redirect count exceeded/ },
  {
    does: "sends too little",
    answer: (response) => response.end(packed.subarray(0, 30)),
    found: /unexpected end of file in 30 bytes of/,
  },
  {
    does: "sends less than it says",
    answer: (response) => {
      response.setHeader("content-length", packed.length);
      response.write(packed.subarray(0, 30), () => response.destroy());
    },
    found: /terminated/,
  },
  {
    does: "sends another page",
    answer: (response) => response.setHeader("content-type", "text/html").end("<html>log in</html>"),
    found: /incorrect header check in 19 bytes of text\/html$/,
  },
  { does: "says nothing", answer: () => {}, found: /no data in 1 seconds, after 0 bytes$/, limits: SHORT },
  {
    does: "sends a byte now and then",
    answer: dripping(1),
    found: /\d+ bytes in 1 seconds, after \d+ bytes$/,
    limits: SHORT,
  },
  {
    does: "goes on a little at a time",
    answer: dripping(1),
    found: /\d+ bytes, and no end, in 1 seconds$/,
    limits: SHORT_IN_ALL,
  },
];

function dataset(mirrors: readonly string[]): RemoteDataset {
  const files = [{ name: "images.gz", bytes: content.length, checksum: { algorithm: "sha256", of: "content", hex } }];
  return { name: "spirit", mirrors, files } as RemoteDataset;
}

describe("a download", () => {
  it.each(HOSTILE)("gives a mirror up that $does, closes it, and takes the next one", async ({ answer, limits }) => {
    const [bad, next] = [await serve(answer), await serve(good)];
    const folder = await download(dataset([bad.url, next.url]), { cache: temporaryFolder(), limits });
    expect(readFileSync(join(folder, "images.gz"))).toEqual(packed);
    expect(readdirSync(folder)).toEqual(["images.gz"]);
    await bad.closed;
  });

  it.each(HOSTILE)(
    "from a mirror alone that $does fails, saying where, and leaves nothing",
    async ({ answer, found, limits }) => {
      const { url } = await serve(answer);
      const cache = temporaryFolder();
      const error: unknown = await download(dataset([url]), { cache, limits }).catch((reason) => reason);
      expect(error).toBeInstanceOf(DownloadError);
      const [expected, said, remedy, more] = (error as Error).message.split(/, found |; /);
      expect(expected).toBe(`images.gz: expected a download with sha256 ${hex}`);
      expect(said).toMatch(found);
      expect(said.startsWith(`${url}images.gz: `)).toBe(true);
      expect(remedy).toBe(
        `check the network, name another mirror in SCRATCH_NN_MIRRORS, or put the file into ${join(cache, "spirit")} by hand`,
      );
      expect(more).toBeUndefined();
      expect(readdirSync(join(cache, "spirit"))).toEqual([]);
    },
  );

  it("is given up at once when it is aborted, with the reason, and leaves nothing", async () => {
    const cache = temporaryFolder();
    const controller = new AbortController();
    const reason = new Error("not wanted any more");
    const [slow, next] = [await serve(dripping(1)), await serve(good)];
    const attempt = download(dataset([slow.url, next.url]), {
      cache,
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await expect(attempt).rejects.toBe(reason);
    await slow.closed;
    expect(readdirSync(join(cache, "spirit"))).toEqual([]);
  });

  it("leaves the process's listeners as they were", async () => {
    const counts = () => ["SIGINT", "SIGTERM", "SIGHUP", "exit"].map((event) => process.listenerCount(event));
    const before = counts();
    const { url } = await serve(good);
    await download(dataset([url]), { cache: temporaryFolder() });
    expect(counts()).toEqual(before);
  });
});

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const PROGRAM = `
  import { openDataset } from "@scratch-nn/data";
  await openDataset("mnist", { mirrors: [process.env.SCRATCH_NN_MIRRORS] });
`;
const ALONE = ["--input-type=module", "-e", PROGRAM];

describe("a process that is told to end while it downloads", () => {
  it.each([
    ["SIGINT", "train", [MAIN, "train", "--data", "mnist"]],
    ["SIGTERM", "train", [MAIN, "train", "--data", "mnist"]],
    ["SIGINT", "a program of one's own", ALONE],
    ["SIGTERM", "a program of one's own", ALONE],
  ] as const)("by %s removes what it had of the file (%s)", async (signal, _, args) => {
    const { url } = await serve(dripping(1000));
    const cache = temporaryFolder();
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, XDG_CACHE_HOME: cache, SCRATCH_NN_MIRRORS: url },
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    const folder = join(cache, "scratch-nn", "mnist");
    expect(await until(child, () => existsSync(folder) && readdirSync(folder).length > 0)).toBe(true);
    child.kill(signal);
    const [code, by] = await ended;
    expect(code ?? by).toBe(args === ALONE ? signal : signal === "SIGINT" ? 130 : 143);
    expect(readdirSync(folder)).toEqual([]);
  });
});
