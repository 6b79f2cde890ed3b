import { encodeModel } from "@scratch-nn/core";
import { predictSource } from "@scratch-nn/data";
import { expect, it } from "vitest";
import { mixedModel } from "../support/mixed-model.ts";
import { writeTable } from "../support/tables.ts";

const NO_BYTES = new Uint8Array(0);

async function predictedBy(source: string, bytes: Uint8Array, model: ReturnType<typeof mixedModel> | undefined) {
  const { blocks, close } = await predictSource(source, { bytes, where: "model", model });
  const predicted: number[] = [];
  for await (const block of blocks) predicted.push(...block.predicted);
  await close();
  return predicted;
}

it("a model that is decoded already is not decoded again, to predict a table", async () => {
  const path = writeTable("age,id,joined,member,town\n40,1,2022-01-01,TRUE,7\n30,2,2021-01-01,FALSE,7\n");
  const expected = await predictedBy(path, encodeModel(mixedModel()), undefined);
  expect(expected).toHaveLength(2);
  // These bytes contain no model, so the result shows that the given one is used.
  expect(await predictedBy(path, NO_BYTES, mixedModel())).toEqual(expected);
});
