/** Makes a dataset from a dropped table, with the reading and encoding of the command line. */
import "./node-globals.ts";
import { InputError } from "@scratch-nn/core";
import { bytesDataset } from "@scratch-nn/data/tables";
import { type PageDataset, TEST_FRACTION } from "../digits-dataset.ts";
import type { TableFile } from "../protocol.ts";
import type { TrainSettings } from "../settings.ts";

/** @throws InputError that names the line and column, or the setting, that is wrong */
export async function readTable(
  { name, bytes }: TableFile,
  { label, seed }: Pick<TrainSettings, "label" | "seed">,
): Promise<PageDataset> {
  const named = label === "" ? undefined : label;
  const dataset = await bytesDataset(name, bytes, { seed, testFraction: TEST_FRACTION, label: named, scale: "auto" });
  const { X, labels, targets, inputs, classes, task, preprocessing, train, test, columns = [] } = dataset;
  if (task?.kind === "labels") {
    throw new InputError({
      where: name,
      expected: "a label of classes, or a quantity",
      found: `several yes/no labels: ${task.names.join(", ")}`,
      remedy: "name one label column, or train on the command line, which learns several labels",
    });
  }
  const kinds = columns.map((column) => `${column.name}: ${column.kind}`);
  return {
    ...{ X, labels, inputs, classes, preprocessing, train, test, label: dataset.label },
    ...(targets === undefined || task?.kind !== "quantities" ? {} : { targets, task }),
    remarks: [...dataset.remarks, ...(kinds.length > 0 ? [`Columns: ${kinds.join(", ")}.`] : [])],
  };
}
