import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { encodeModel, loadModel } from "@scratch-nn/core";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { mixedModel, mixedRows } from "../support/mixed-model.ts";
import { REPOSITORY } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The limit: see docs/decisions/0015-models-and-rows.md and 0026-outputs.md. */
const MOST_BYTES = 12_500;

it("@scratch-nn/core/predict, bundled for a browser, is below 12.5 kB compressed and predicts the same bits", async () => {
  const outfile = join(temporaryFolder(), "predict.js");
  const { metafile } = await build({
    stdin: { contents: 'export { loadModel } from "@scratch-nn/core/predict";', resolveDir: REPOSITORY },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    metafile: true,
    outfile,
  });
  const code = readFileSync(outfile);
  const [gzip, brotli] = [gzipSync(code, { level: 9 }).length, brotliCompressSync(code).length];
  expect(gzip, `${gzip} bytes by gzip, ${brotli} by brotli`).toBeLessThan(MOST_BYTES);
  expect(brotli).toBeLessThan(gzip);
  expect(Object.keys(metafile.inputs).filter((path) => /wasm|backward|gradient|fit|plan/.test(path))).toEqual([]);

  const bundled: { readonly loadModel: typeof loadModel } = await import(pathToFileURL(outfile).href);
  const file = encodeModel(mixedModel());
  expect(bundled.loadModel(file).predict(mixedRows(100))).toEqual(loadModel(file).predict(mixedRows(100)));
});
