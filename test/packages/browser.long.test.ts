import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { encodeModel, loadModel } from "@scratch-nn/core";
import { toJsModule } from "@scratch-nn/formats";
import { build } from "esbuild";
import { describe, expect, it, onTestFinished } from "vitest";
import { BROWSER } from "../support/browser.ts";
import { everyModel, everyRow } from "../support/every-encoder.ts";
import { mixedModel, mixedRows } from "../support/mixed-model.ts";
import { REPOSITORY } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { expectedOfThreeJobs, threeJobs } from "../support/three-jobs.ts";

if (BROWSER === undefined) process.stderr.write("no Chromium on this machine: the test in a browser is skipped\n");

const KERNELS = ["simd128", "simd256"];

/**
 * Opens a page with this script in a headless browser, and serves further files.
 * @returns the final text of the page, and the paths that it requested
 */
async function browse(script: string, fileOf: (path: string) => Uint8Array | undefined) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url!;
    requests.push(path);
    const file = fileOf(path);
    response.setHeader("content-type", path.endsWith(".js") ? "text/javascript" : "text/html");
    response.end(file ?? `<!doctype html><meta charset="utf-8"><body><script type="module">${script}</script></body>`);
  });
  server.listen(0);
  onTestFinished(() => {
    server.close();
  });
  const profile = temporaryFolder();
  const { port } = server.address() as AddressInfo;
  const { stdout } = await promisify(execFile)(BROWSER!, [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    `--user-data-dir=${profile}`,
    "--dump-dom",
    `http://localhost:${port}/`,
  ]);
  return { shown: /<body>\[(.*)\]/s.exec(stdout)?.[1].trim(), requests };
}

describe.runIf(BROWSER)("@scratch-nn/core in headless Chromium", () => {
  it("trains to the bits of Node, without a fetch of its own and without cross-origin isolation", async () => {
    const dist = join(REPOSITORY, "packages/core/dist");
    const script = threeJobs(
      "/core/index.js",
      ["auto", ...KERNELS],
      "((text) => { document.body.textContent = '[' + text + ']'; })",
    );
    const { shown, requests } = await browse(script, (path) =>
      path.startsWith("/core/") && extname(path) === ".js"
        ? readFileSync(join(dist, path.slice("/core/".length)))
        : undefined,
    );

    expect(shown?.split("\n")).toEqual(expectedOfThreeJobs(["auto", ...KERNELS]));
    expect(requests.every((path) => path === "/" || path === "/favicon.ico" || path.endsWith(".js"))).toBe(true);
  });

  it("predicts from raw rows the bits of Node, bundled", async () => {
    const { outputFiles } = await build({
      stdin: { contents: 'export { loadModel } from "@scratch-nn/core/predict";', resolveDir: REPOSITORY },
      bundle: true,
      minify: true,
      format: "esm",
      write: false,
    });
    const [model, rows] = [encodeModel(mixedModel()), mixedRows(100)];
    const script = `
      import { loadModel } from "/predict.js";
      const bytes = Uint8Array.from(${JSON.stringify([...model])}).buffer;
      const { classes, probabilities } = loadModel(bytes).predict(${JSON.stringify(rows)});
      const bits = new Uint32Array(probabilities.buffer);
      document.body.textContent = "[" + classes.join() + " " + bits.join() + "]";`;
    const { shown } = await browse(script, (path) => (path === "/predict.js" ? outputFiles[0].contents : undefined));
    const { classes, probabilities } = loadModel(model).predict(rows);
    expect(shown).toBe(`${classes.join()} ${new Uint32Array(probabilities.buffer).join()}`);
  });

  it("predicts by an exported module in a page of five lines, with core's bits", async () => {
    const [model, rows] = [everyModel("mish").ensemble, everyRow(100)];
    const page = `<!doctype html><meta charset="utf-8"><body><script type="module">
import { predict } from "/model.js";
const answers = ${JSON.stringify(rows)}.map((row) => predict(row));
document.body.textContent = "[" + answers.map(({ label, probabilities }) => [label, ...probabilities].join(" ")).join() + "]";
</script>`;
    expect(page.split("\n")).toHaveLength(5);
    const { shown } = await browse("", (path) => {
      if (path === "/model.js") return Buffer.from(toJsModule(model).code);
      return path === "/" ? Buffer.from(page) : undefined;
    });
    const { classes, probabilities } = loadModel(encodeModel(model)).predict(rows);
    const expected = classes.map((label, r) => [label, ...probabilities.subarray(3 * r, 3 * r + 3)].join(" "));
    expect(shown).toBe(expected.join().replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
  });
});
