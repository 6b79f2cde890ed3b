import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNetwork, fit as train } from "@scratch-nn/core";
import { type BuildOptions, build } from "esbuild";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { nodeBinaries } from "../support/nodes.ts";
import { REPOSITORY, run } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A program that trains, and prints the weights' hash and the number of threads, or the error. */
const program = (workerUrl: string, others = ""): string => `
import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import { createNetwork } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
import { evaluate, fit } from "@scratch-nn/parallel";
let threads = 0;
process.on("worker", () => threads++);
async function main() {
  const m = 300;
  const X = Uint8Array.from({ length: 30 * m }, (_, i) => (i * i * 31 + 7 * i) % 251);
  const labels = Array.from({ length: m }, (_, c) => (c * c) % 5);
  const network = createNetwork({ layers: [30, 12, 5], seed: 3 });
  const retries = [];
  const options = { workers: 3, cores: 3, ${workerUrl} };
  try {
    await fit(network, { X, labels }, { ...options, epochs: 4, onRetry: (retry) => retries.push(retry) });
    console.log(createHash("sha256").update(parameterBytes(network)).digest("hex"), threads);
  } catch (error) {
    console.log(JSON.stringify({ name: error.name, message: error.message, threads, retries, cause: error.cause?.name }));
  }
  ${others}
}
main();
`;

function expectedHash(): string {
  const m = 300;
  const X = Uint8Array.from({ length: 30 * m }, (_, i) => (i * i * 31 + 7 * i) % 251);
  const labels = Array.from({ length: m }, (_, c) => (c * c) % 5);
  const network = createNetwork({ layers: [30, 12, 5], seed: 3 });
  train(network, { X, labels }, { epochs: 4 });
  return weightsSha256(network);
}

/** Bundles a program. @param worker the file name for a bundle of the workers' module beside it */
async function bundle(code: string, options: BuildOptions, worker?: string): Promise<string> {
  const outdir = temporaryFolder();
  writeFileSync(join(outdir, "package.json"), "{}");
  const common: BuildOptions = {
    bundle: true,
    platform: "node",
    target: "node20",
    outdir,
    logLevel: "silent",
    ...options,
  };
  await build({
    ...common,
    stdin: { contents: code, resolveDir: REPOSITORY, sourcefile: "app.js" },
    entryNames: "app",
  });
  if (worker !== undefined) {
    await build({
      ...common,
      absWorkingDir: REPOSITORY,
      entryPoints: [{ in: "@scratch-nn/parallel/worker", out: worker }],
    });
  }
  return outdir;
}

const ESM: BuildOptions = { format: "esm", outExtension: { ".js": ".mjs" } };
const CJS: BuildOptions = { format: "cjs", outExtension: { ".js": ".cjs" } };

describe.each(nodeBinaries())("a bundle trains with workers under Node $version:", ({ path }) => {
  it("as modules, the workers' file named by a URL", async () => {
    const outdir = await bundle(
      program('workerUrl: new URL("./scratch-nn-worker.mjs", import.meta.url)'),
      ESM,
      "scratch-nn-worker",
    );
    expect(run(path, [join(outdir, "app.mjs")], outdir)).toBe(`${expectedHash()} 2\n`);
  });

  it("as CommonJS, named by a path", async () => {
    const code = program('workerUrl: require("node:path").join(__dirname, "scratch-nn-worker.cjs")');
    const outdir = await bundle(code, CJS, "scratch-nn-worker");
    expect(run(path, [join(outdir, "app.cjs")], outdir)).toBe(`${expectedHash()} 2\n`);
  });

  it("started by the program itself, also for evaluate", async () => {
    const evaluation = `
      const many = { X: new Uint8Array(400 * 12000), labels: new Uint16Array(12000) };
      const { loss } = await evaluate(createNetwork({ layers: [400, 1000, 2] }), many, options);
      console.log(loss.toFixed(2), threads);`;
    const workerUrl = 'workerUrl: () => new Worker(new URL("./scratch-nn-worker.mjs", import.meta.url))';
    const outdir = await bundle(program(workerUrl, evaluation), ESM, "scratch-nn-worker");
    expect(run(path, [join(outdir, "app.mjs")], outdir)).toBe(`${expectedHash()} 2\n0.69 4\n`);
  });
});

describe("a module of workers that does not run is said at once, by its path and the option's name:", () => {
  async function failure(workerUrl: string, options: BuildOptions, files: Record<string, string> = {}) {
    const outdir = await bundle(program(workerUrl), options);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(outdir, name), text);
    const app = options.format === "cjs" ? "app.cjs" : "app.mjs";
    return { outdir, found: JSON.parse(run(process.execPath, [join(outdir, app)], outdir)) };
  }
  const HERE = 'workerUrl: new URL("./own.mjs", import.meta.url)';

  it("missing, where the program names none", async () => {
    const { outdir, found } = await failure("", ESM);
    expect(found).toMatchObject({ name: "InputError", threads: 2, retries: [] });
    expect(found.message).toMatch(
      /^workerUrl: expected a module that starts a worker, found .*Cannot find module.*; pass workerUrl/,
    );
    expect(found.message).toContain(join(outdir, "shard-worker.js"));
  });

  it("missing, where the program does not know where it lies", async () => {
    const { found } = await failure("", CJS);
    expect(found).toMatchObject({ name: "InputError", threads: 0, retries: [] });
    expect(found.message).toMatch(
      /^workerUrl: expected a module that starts a worker, found a bundle, .*; pass workerUrl/,
    );
  });

  it.each([
    ["throws at import", 'throw new TypeError("no such luck");', /TypeError: no such luck/],
    ["imports what is not there", 'import "./nothing.mjs";', /Cannot find module/],
    ["is no JavaScript", "this is not", /SyntaxError/],
  ])("%s", async (_, text, reason) => {
    const { outdir, found } = await failure(HERE, ESM, { "own.mjs": text });
    expect(found).toMatchObject({ name: "InputError", threads: 2, retries: [] });
    expect(found.message).toMatch(reason);
    expect(found.message).toContain(join(outdir, "own.mjs"));
  });

  it("is another module, which looks like a worker that dies: three times in a row, and its name is told", async () => {
    const { outdir, found } = await failure(HERE, ESM, { "own.mjs": 'import "node:fs";' });
    expect(found.name).toBe("WorkerError");
    expect(found.message).toMatch(/ended without a sign of life: .*own\.mjs may start no worker/);
    expect(found.message).toContain(join(outdir, "own.mjs"));
  });

  it.each([
    ["workerUrl: 3", /^workerUrl: expected a URL, an absolute path, or a function .*, found 3;/],
    ["workerUrl: null", /^workerUrl: .*found null;/],
    ['workerUrl: "worker.js"', /^workerUrl: .*found "worker.js";/],
    ['workerUrl: "https://example.org/worker.js"', /^workerUrl: .*found "https:/],
    ["workerUrl: () => 3", /^workerUrl\(\): expected a Worker of node:worker_threads, found 3;/],
  ])("%s", async (workerUrl, message) => {
    const { found } = await failure(workerUrl, ESM);
    expect(found).toMatchObject({ name: "InputError", threads: 0 });
    expect(found.message).toMatch(message);
  });
});
