/** A dropped table as a dataset: the command line's own reading and encoding. */
import "./node-globals.ts";
import { InputError } from "@scratch-nn/core";
import { bytesDataset } from "@scratch-nn/data/tables";
import { type PageDataset, TEST_FRACTION } from "../digits-dataset.ts";
import type { TableFile } from "../protocol.ts";
import type { TrainSettings } from "../settings.ts";

/** @throws InputError naming line and column, or the setting, of what is wrong */
export async function readTable(
  { name, bytes }: TableFile,
  { label, seed }: Pick<TrainSettings, "label" | "seed">,
): Promise<PageDataset> {
  const named = label === "" ? undefined : label;
  const dataset = await bytesDataset(name, bytes, { seed, testFraction: TEST_FRACTION, label: named, scale: "auto" });
  if (dataset.classes.length === 0) {
    throw new InputError({
      where: name,
      expected: "a label of classes",
      found: `${dataset.task?.kind ?? "none"}, in the column ${dataset.label ?? "that was found"}`,
      remedy: "name another label column, or train it on the command line, which learns quantities, too",
    });
  }
  const { X, labels, inputs, classes, preprocessing, train, test, columns = [] } = dataset;
  const kinds = columns.map((column) => `${column.name}: ${column.kind}`);
  return {
    ...{ X, labels, inputs, classes, preprocessing, train, test, label: dataset.label },
    remarks: [...dataset.remarks, ...(kinds.length > 0 ? [`Columns: ${kinds.join(", ")}.`] : [])],
  };
}
