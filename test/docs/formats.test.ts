import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { encodeModel, loadModel, type Model } from "@scratch-nn/core";
import { toJsModule, toOnnx } from "@scratch-nn/formats";
import { InferenceSession, Tensor } from "onnxruntime-web";
import { expect, it } from "vitest";
import { codeBlocks } from "../support/code-blocks.ts";
import { untrained } from "../support/every-encoder.ts";
import "../support/onnx-runtime.ts";
import { REPOSITORY } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const page = readFileSync(join(REPOSITORY, "docs/formats.md"), "utf8");

/** A model of customers like those of the README. */
const model: Model = {
  network: untrained([4, 6, 2], { seed: 6 }),
  classes: ["no", "yes"],
  preprocessing: {
    columns: ["customer", "age", "city", "member"],
    named: true,
    encoders: [
      { kind: "number", column: 1, center: 40, spread: 20, clips: true, fill: 41, marksMissing: false },
      { kind: "category", column: 2, levels: ["Oslo", "Rome"], missing: false, other: false },
      { kind: "binary", column: 3, levels: ["false", "true"], marksMissing: false },
    ],
  },
  label: "churned",
};
const { classes } = loadModel(encodeModel(model)).predict([
  { age: 41, city: "Oslo", member: true },
  { age: undefined, city: undefined, member: false },
]);

/** Runs a module's code with the given imports. */
function runCode(code: string, imports: Readonly<Record<string, unknown>>): Promise<void> {
  const body = code.replace(/^import .*\n/m, "");
  const AsyncFunction = (async () => {}).constructor as new (
    ...text: string[]
  ) => (...args: unknown[]) => Promise<void>;
  return new AsyncFunction(...Object.keys(imports), body)(...Object.values(imports));
}

it("docs/formats.md runs an ONNX file by ONNX Runtime as it says", async () => {
  const printed: unknown[][] = [];
  const session = await InferenceSession.create(toOnnx(model));
  await runCode(codeBlocks(page, "js")[0], {
    InferenceSession: { create: () => session },
    Tensor,
    console: { log: (...values: unknown[]) => printed.push(values) },
  });
  expect(printed).toEqual([[classes, [2, 2]]]);
});

it("and predicts by an exported module in a page of five lines", async () => {
  const html = codeBlocks(page, "html")[0];
  expect(html.trim().split("\n")).toHaveLength(5);
  const path = join(temporaryFolder(), "churn.mjs");
  writeFileSync(path, toJsModule(model).code);
  const document = { body: { textContent: "" } };
  const [, script] = /<script type="module">\n(.*)<\/script>/s.exec(html)!;
  await runCode(script, { ...(await import(pathToFileURL(path).href)), document });
  expect(document.body.textContent).toMatch(new RegExp(`^${classes[0]}: 0\\.\\d+,0\\.\\d+$`));
});
