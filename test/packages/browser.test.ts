import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, extname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { REPOSITORY, run } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { threeJobs } from "../support/three-jobs.ts";

const BROWSER = ["chromium", "chromium-browser", "google-chrome"]
  .flatMap((name) => process.env["PATH"]!.split(delimiter).map((folder) => join(folder, name)))
  .find((path) => existsSync(path));
if (BROWSER === undefined) process.stderr.write("no Chromium on this machine: the test in a browser is skipped\n");

const KERNELS = ["simd128", "simd256"];

describe.runIf(BROWSER)("@scratch-nn/core in headless Chromium", () => {
  it("trains to the bits of Node, without a fetch of its own and without cross-origin isolation", async () => {
    run(process.execPath, [join(REPOSITORY, "node_modules/typescript/bin/tsc"), "-b", "packages/core"], REPOSITORY);
    const dist = join(REPOSITORY, "packages/core/dist");
    const page = `<!doctype html><body><script type="module">${threeJobs(
      "/core/index.js",
      ["auto", ...KERNELS],
      "((text) => { document.body.textContent = '[' + text + ']'; })",
    )}</script></body>`;
    const requests: string[] = [];
    const server = createServer((request, response) => {
      const path = request.url!;
      requests.push(path);
      const script = path.startsWith("/core/") && extname(path) === ".js";
      response.setHeader("content-type", script ? "text/javascript" : "text/html");
      response.end(script ? readFileSync(join(dist, path.slice("/core/".length))) : page);
    });
    server.listen(0);
    onTestFinished(() => {
      server.close();
    });
    const profile = temporaryFolder();
    onTestFinished(() => rmSync(profile, { recursive: true, force: true }));
    const { port } = server.address() as AddressInfo;
    const { stdout } = await promisify(execFile)(BROWSER!, [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      `--user-data-dir=${profile}`,
      "--dump-dom",
      `http://localhost:${port}/`,
    ]);
    const found = /\[(.*)\]/s.exec(stdout)?.[1].trim().split("\n");

    const here = run(
      process.execPath,
      ["--input-type=module", "--eval", threeJobs("@scratch-nn/core", ["plain"], "console.log")],
      REPOSITORY,
    );
    const expected = here
      .trim()
      .split("\n")
      .flatMap((line) => ["auto", ...KERNELS].map((name) => line.replace("plain", name)));
    expect(found).toEqual(expected);
    expect(requests.every((path) => path === "/" || path === "/favicon.ico" || path.endsWith(".js"))).toBe(true);
  });
});
