import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, cpSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeModel, loadModel } from "@scratch-nn/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mixedModel, mixedRows } from "../support/mixed-model.ts";
import { nodeBinaries } from "../support/nodes.ts";
import { pack, pnpm, REPOSITORY, run } from "../support/packed.ts";
import { expectedOfThreeJobs, threeJobs } from "../support/three-jobs.ts";
import { addressOf, trainJson } from "../support/train-cli.ts";

const PACKAGES = ["core", "jobs", "data", "parallel", "cluster", "formats", "report", "server", "web", "cli"];

/** The oldest compiler that the types support, with its types of Node, and the one of this repository. */
const COMPILERS = [
  { version: "5.4", typescript: "typescript-5-4", node: "types-node-20" },
  { version: "7", typescript: "typescript", node: "@types/node" },
];
const RESOLUTIONS = [
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
];
const folder = mkdtempSync(join(tmpdir(), "scratch-nn-packed-"));
let tarballs: Record<string, string>;

beforeAll(() => {
  tarballs = pack(PACKAGES, folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Trains on numbers from a formula, and prints the parameters as hex. */
const SCRIPT = `
import { ACTIVATIONS, createNetwork, fit } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";
const X = Uint8Array.from({ length: 30 * 200 }, (_, i) => (i * i * 31 + 7 * i) % 251);
const labels = Array.from({ length: 200 }, (_, c) => (c * c) % 5);
let hex = "";
for (const activation of ACTIVATIONS) {
  const network = createNetwork({ layers: [30, 12, 17, 5], activation, seed: 3 });
  fit(network, { X, labels }, { epochs: 4, batchSize: 32, learningRate: 0.2 });
  for (const byte of parameterBytes(network)) hex += byte.toString(16).padStart(2, "0");
}
console.log(hex);
`;

/** Copies Node's types and their dependencies to where a project would install them. */
function giveTypes(name: string, project: string): void {
  const source = realpathSync(join(REPOSITORY, "node_modules", name));
  const modules = join(project, "node_modules");
  for (const [from, to] of [
    [source, join(modules, "@types/node")],
    [join(source, "../../undici-types"), join(modules, "undici-types")],
  ]) {
    rmSync(to, { recursive: true, force: true });
    cpSync(from, to, { recursive: true, dereference: true });
  }
}

describe("the packed @scratch-nn/core, alone in an empty project,", () => {
  const project = join(folder, "core-alone");

  beforeAll(() => {
    run("mkdir", [project], folder);
    writeFileSync(join(project, "package.json"), '{ "name": "empty", "private": true, "type": "module" }');
    writeFileSync(join(project, "train.js"), SCRIPT);
    run("npm", ["install", "--offline", "--no-audit", "--no-fund", tarballs["core"]], project);
  });

  it("brings nothing else along", () => {
    expect(readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["@scratch-nn"]);
    expect(readdirSync(join(project, "node_modules/@scratch-nn"))).toEqual(["core"]);
  });

  it.each(nodeBinaries())("trains to the same bits as the repository under Node $version", ({ path }) => {
    const here = run(process.execPath, ["--input-type=module", "--eval", SCRIPT], REPOSITORY);
    expect(here).toMatch(/^[0-9a-f]{5000,}\n$/);
    expect(run(path, ["train.js"], project)).toBe(here);
  });

  it.each(nodeBinaries())("predicts from raw rows by the entry for that alone under Node $version", ({ path }) => {
    const [file, rows] = [encodeModel(mixedModel()), mixedRows(50)];
    writeFileSync(join(project, "model.safetensors"), file);
    const script = `
      import { readFileSync } from "node:fs";
      import { loadModel } from "@scratch-nn/core/predict";
      const { classes, probabilities } = loadModel(readFileSync("model.safetensors")).predict(${JSON.stringify(rows)});
      console.log(classes.join(), new Uint32Array(probabilities.buffer).join());`;
    writeFileSync(join(project, "predict.js"), script);
    const { classes, probabilities } = loadModel(file).predict(rows);
    expect(run(path, ["predict.js"], project)).toBe(
      `${classes.join()} ${new Uint32Array(probabilities.buffer).join()}\n`,
    );
  });

  it.each(nodeBinaries())("gives the bits of the plain kernels with all others under Node $version", ({ path }) => {
    const kernels = ["plain", "simd128", "simd256", "auto"];
    writeFileSync(join(project, "jobs.js"), threeJobs("@scratch-nn/core", kernels, "console.log"));
    expect(run(path, ["jobs.js"], project).trim().split("\n")).toEqual(expectedOfThreeJobs(kernels));
  });
});

describe("all packages, packed and installed in a project,", () => {
  const project = join(folder, "all");

  beforeAll(() => {
    run("mkdir", [project], folder);
    const dependencies = Object.fromEntries(PACKAGES.map((name) => [`@scratch-nn/${name}`, `file:${tarballs[name]}`]));
    writeFileSync(
      join(project, "package.json"),
      JSON.stringify({ name: "all", private: true, type: "module", dependencies }),
    );
    const overrides = { ...dependencies, "threads>tiny-worker": "-" };
    writeFileSync(join(project, "pnpm-workspace.yaml"), JSON.stringify({ packages: [], overrides }));
    pnpm(["install", "--prefer-offline"], project);
  });

  it.each(nodeBinaries())(
    "train as the repository does, reading and computing in threads, under Node $version",
    async ({ path }) => {
      const rows = Array.from({ length: 60_000 }, (_, r) =>
        [r % 3, ...Array.from({ length: 20 }, (_, k) => (r * (k + 3)) % 256)].join(","),
      );
      writeFileSync(
        join(project, "rows.csv"),
        `label,${Array.from({ length: 20 }, (_, k) => `x${k}`)}\n${rows.join("\n")}\n`,
      );
      const args = ["--data", "rows.csv", "--epochs", "2", "--workers", "2"];
      const main = join(project, "node_modules/@scratch-nn/cli/dist/main.js");
      const published = JSON.parse(run(path, [main, "train", ...args, "--json", "--quiet"], project));
      expect(published.weightsSha256).toBe((await trainJson(args, { cwd: project })).weightsSha256);
      expect(published).toMatchObject({ examples: 48_000, layers: [20, 10, 3] });
      // Trials have a worker module of their own.
      const folds = [...args, "--examples", "3000", "--folds", "3", "--json", "--quiet"];
      const { folds: found } = JSON.parse(run(path, [main, "train", ...folds], project));
      const here = (await trainJson(folds, { cwd: project })) as unknown as { folds: unknown };
      expect(found).toEqual(here.folds);
    },
  );

  it("bring the page along, and serve it", async () => {
    const main = join(project, "node_modules/@scratch-nn/cli/dist/main.js");
    const child = spawn(process.execPath, [main, "train", "--ui", "--examples", "100", "--quiet"], { cwd: project });
    const address = await addressOf(child);
    const page = await fetch(address);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("scratch-nn-server")]);
    child.kill();
    await once(child, "exit");
  });

  describe.each(COMPILERS)("compile under TypeScript $version, declarations checked,", ({ typescript, node }) => {
    it.each(RESOLUTIONS)("with $moduleResolution resolution", (resolution) => {
      giveTypes(node, project);
      // Core needs no types of Node or the web.
      for (const { file, types } of [
        { file: "maths.ts", types: [] },
        { file: "threads.ts", types: ["node"] },
      ]) {
        copyFileSync(join(REPOSITORY, "test/packages/consumers", file), join(project, file));
        const compilerOptions = {
          ...resolution,
          types,
          target: "es2022",
          lib: ["es2022"],
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          noEmit: true,
        };
        writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
        const tsc = join(REPOSITORY, "node_modules", typescript, "bin/tsc");
        const { stdout, status } = spawnSync(process.execPath, [tsc, "-p", project], { encoding: "utf8" });
        expect({ file, stdout, status }).toEqual({ file, stdout: "", status: 0 });
      }
    });
  });
});
