import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { InputError } from "@scratch-nn/core";
import { DownloadError, download, type RemoteDataset, type RemoteFile } from "@scratch-nn/data";
import { describe, expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

const content = Buffer.from("sixty thousand handwritten digits, in spirit");
const packed = gzipSync(content);

function checksum(algorithm: "sha256" | "md5", of: "content" | "download"): RemoteFile["checksum"] {
  return {
    algorithm,
    of,
    hex: createHash(algorithm)
      .update(of === "content" ? content : packed)
      .digest("hex"),
  };
}

/** Starts a server on the loopback interface. @returns its address, and the paths that were requested */
async function serve(
  answer: (path: string) => { status?: number; body: Buffer; cut?: boolean },
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const { status = 200, body, cut } = answer(request.url!);
    response.writeHead(status, { "content-length": body.length });
    if (!cut) response.end(body);
    else response.write(body.subarray(0, body.length / 2), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

function dataset(mirrors: string[], check = checksum("sha256", "content")): RemoteDataset {
  return { name: "spirit", mirrors, files: [{ name: "images.gz", bytes: content.length, checksum: check }] };
}

describe("download", () => {
  it.each([checksum("sha256", "content"), checksum("md5", "download")])(
    "keeps a file whose $algorithm is right, and fetches it once",
    async (check) => {
      const { url, asked } = await serve(() => ({ body: packed }));
      const cache = temporaryFolder();
      const progress: number[] = [];
      const folder = await download(dataset([url], check), { cache, onProgress: ({ done }) => progress.push(done) });
      await download(dataset([url], check), { cache });
      expect(readFileSync(join(folder, "images.gz"))).toEqual(packed);
      expect(readdirSync(folder)).toEqual(["images.gz"]);
      expect(asked).toEqual(["/images.gz"]);
      expect(progress.at(-1)).toBe(packed.length);
    },
  );

  it.each([
    ["refuses", { status: 503, body: Buffer.from("busy") }],
    ["sends other bytes", { body: gzipSync("something else") }],
    ["sends what is no gzip", { body: Buffer.from("<html>") }],
    ["breaks off", { body: packed, cut: true }],
  ])("goes to the next mirror when one %s", async (_, answer) => {
    const [bad, good] = [await serve(() => answer), await serve(() => ({ body: packed }))];
    const folder = await download(dataset([bad.url, good.url]), { cache: temporaryFolder() });
    expect(bad.asked).toHaveLength(1);
    expect(readFileSync(join(folder, "images.gz"))).toEqual(packed);
    expect(readdirSync(folder)).toEqual(["images.gz"]);
  });

  it("says what each mirror answered when none is right, and leaves nothing", async () => {
    const [one, other] = [
      await serve(() => ({ status: 404, body: Buffer.alloc(0) })),
      await serve(() => ({ body: gzipSync("x") })),
    ];
    const cache = temporaryFolder();
    const attempt = download(dataset([one.url, other.url]), { cache });
    await expect(attempt).rejects.toThrow(
      /^images\.gz: expected a download with sha256 [0-9a-f]{64}, found .*HTTP 404.*; .*sha256 [0-9a-f]{64} of 21 bytes/,
    );
    await expect(attempt).rejects.toBeInstanceOf(DownloadError);
    expect(readdirSync(join(cache, "spirit"))).toEqual([]);
  });

  it("tries the caller's mirrors first", async () => {
    const [mine, theirs] = [await serve(() => ({ body: packed })), await serve(() => ({ body: packed }))];
    await download(dataset([theirs.url]), { cache: temporaryFolder(), mirrors: [mine.url] });
    expect([mine.asked.length, theirs.asked.length]).toEqual([1, 0]);
  });

  it("takes no half file of an earlier try for a whole one", async () => {
    const { url } = await serve(() => ({ body: packed }));
    const cache = temporaryFolder();
    const folder = await download(dataset([url]), { cache });
    writeFileSync(join(folder, "images.gz.1234.part"), "half");
    expect(await download(dataset([url]), { cache })).toBe(folder);
    expect(readFileSync(join(folder, "images.gz"))).toEqual(packed);
    // The file remains, since another process may be writing it.
    expect(readFileSync(join(folder, "images.gz.1234.part"), "utf8")).toBe("half");
  });

  it.each([
    [
      "other bytes",
      (path: string) => writeFileSync(path, gzipSync("something else")),
      /has the sha256 [0-9a-f]{64} ins/,
    ],
    ["half of it", (path: string) => truncateSync(path, 30), /is damaged \(unexpected end of file\)/],
    ["no gzip", (path: string) => writeFileSync(path, "<html>"), /is damaged \(incorrect header check\)/],
    ["a folder", (path: string) => replaceByFolder(path), /is no file/],
  ])("puts a file aside that was damaged later (%s), says so, and fetches it again", async (_, damage, reason) => {
    const { url, asked } = await serve(() => ({ body: packed }));
    const cache = temporaryFolder();
    const folder = await download(dataset([url]), { cache });
    const path = join(folder, "images.gz");
    damage(path);
    const told: string[] = [];
    await download(dataset([url]), { cache, onDamage: (what) => told.push(what) });
    expect(told).toEqual([expect.stringMatching(reason)]);
    expect(told[0]).toContain(`it is kept as ${path}.damaged and downloaded again`);
    expect(readFileSync(path)).toEqual(packed);
    expect(readdirSync(folder).sort()).toEqual(["images.gz", "images.gz.damaged"]);
    expect(asked).toHaveLength(2);
  });

  it("names a folder that cannot be made, and what to do", async () => {
    const cache = join(temporaryFolder(), "file");
    writeFileSync(cache, "mine");
    const attempt = download(dataset([]), { cache });
    await expect(attempt).rejects.toBeInstanceOf(InputError);
    await expect(attempt).rejects.toThrow(
      /^downloads: expected a folder that can be written to, found .*file\/spirit \(E.*\); set XDG_CACHE_HOME to one/,
    );
  });
});

function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}
