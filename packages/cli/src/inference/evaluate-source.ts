/** A trained network on labelled data: a table block by block, anything else from memory. */
import { InputError, predict, rowEncoder } from "@scratch-nn/core";
import { type Dataset, isTableSource, openDataset, openTable, predictTable } from "@scratch-nn/data";
import type { EvaluateOptions } from "../commands/evaluate.ts";
import { tableOptionsOf } from "../options/table-flags.ts";
import type { ModelFile } from "./model-file.ts";
import { type Figures, Tally } from "./tally.ts";

export interface EvaluatedSource {
  readonly figures: Figures;
  /** What was evaluated on. */
  readonly data: string;
  readonly remarks: readonly string[];
}

/** @throws InputError when the data do not fit the model, or have no labels */
export async function evaluateSource(file: ModelFile, options: EvaluateOptions): Promise<EvaluatedSource> {
  return (await isTableSource(options.data)) ? evaluateTable(file, options) : evaluateDataset(file, options);
}

async function evaluateTable({ bytes, path, model }: ModelFile, options: EvaluateOptions): Promise<EvaluatedSource> {
  const table = await openTable(options.data, tableOptionsOf(options));
  const tally = new Tally(model.classes.length);
  try {
    const label = { column: options.label };
    const blocks = predictTable(table, { bytes, where: path }, { threads: Math.max(1, options.workers), label });
    for await (const { predicted, probabilities, labels } of blocks) {
      if (labels !== undefined) tally.add({ predicted, probabilities, labels });
    }
    return { figures: requireExamples(tally.figures, table.where), data: table.where, remarks: table.remarks };
  } finally {
    await table.close();
  }
}

/** Images: the test part where the source has one of its own, else everything. */
async function evaluateDataset({ model }: ModelFile, options: EvaluateOptions): Promise<EvaluatedSource> {
  const dataset = await openDataset(options.data, { threads: Math.max(1, options.workers), testFraction: 0 });
  const inputs = model.network.layers[0];
  if (dataset.inputs !== inputs) {
    throw new InputError({
      where: options.data,
      expected: `examples of ${inputs} features, as the model was trained on`,
      found: String(dataset.inputs),
      remedy: "pass data of the same kind",
    });
  }
  const hasTest = dataset.test.length > 0;
  const columns = hasTest ? dataset.test : dataset.train;
  const tally = new Tally(model.classes.length);
  for (let from = 0; from < columns.length; from += COLUMNS_AT_A_TIME) {
    tally.add(judge(dataset, columns.subarray(from, from + COLUMNS_AT_A_TIME), model));
  }
  const data = `${dataset.name}${hasTest ? ", its test examples" : ""}`;
  return { figures: requireExamples(tally.figures, data), data, remarks: dataset.remarks };
}

const COLUMNS_AT_A_TIME = 8192;

function judge({ X, labels, classes, inputs, name }: Dataset, columns: Uint32Array, model: ModelFile["model"]) {
  const some = new Float32Array(columns.length * inputs);
  for (const [i, column] of columns.entries()) some.set(X.subarray(column * inputs, (column + 1) * inputs), i * inputs);
  const result = predict(model.network, some, { scale: rowEncoder(model.preprocessing).scale });
  const numberOf = new Map(model.classes.map((each, k) => [each, k]));
  return {
    predicted: result.classes,
    probabilities: result.probabilities,
    labels: Int32Array.from(columns, (column) => {
      const label = numberOf.get(classes[labels[column]]);
      if (label !== undefined) return label;
      throw new InputError({
        where: name,
        expected: `classes of the model (${model.classes.slice(0, 10).join(", ")})`,
        found: classes[labels[column]],
        remedy: "pass data of the same kind",
      });
    }),
  };
}

function requireExamples(figures: Figures, where: string): Figures {
  if (figures.examples > 0) return figures;
  throw new InputError({
    where,
    expected: "examples with labels",
    found: figures.unlabelled > 0 ? `${figures.unlabelled} rows without one` : "no row",
    remedy: "check the label column, or use predict",
  });
}
