import { encodeModel, loadModel } from "@scratch-nn/core";
import { toOnnx } from "@scratch-nn/formats";
import { env, InferenceSession, Tensor } from "onnxruntime-web";
import { expect, it } from "vitest";
import { mixedModel, mixedRows } from "../support/mixed-model.ts";

it("x", async () => {
  env.wasm.numThreads = 1;
  const model = mixedModel();
  const t0 = performance.now();
  const session = await InferenceSession.create(toOnnx(model));
  console.log(session.inputNames, session.outputNames, session.inputMetadata, performance.now() - t0);
  const rows = mixedRows(100);
  const days = (t: unknown) => Date.parse(String(t)) / 86400000;
  const f = {
    age: new Tensor(
      "float64",
      Float64Array.from(rows, (r) => Number(r[0] ?? NaN)),
      [100, 1],
    ),
    joined: new Tensor(
      "float64",
      Float64Array.from(rows, (r) => days(r[2])),
      [100, 1],
    ),
    member: new Tensor(
      "string",
      rows.map((r) => String(r[3])),
      [100, 1],
    ),
    town: new Tensor(
      "string",
      rows.map((r) => String(r[4] ?? "")),
      [100, 1],
    ),
  };
  const out = await session.run(f);
  const ours = loadModel(encodeModel(model)).predict(rows);
  expect(out["label"].data).toEqual(ours.classes);
  let most = 0;
  for (let i = 0; i < 300; i++)
    most = Math.max(most, Math.abs((out["probabilities"].data as Float32Array)[i] - ours.probabilities[i]));
  console.log(most);
});
