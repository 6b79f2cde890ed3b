/** A trained network on labelled data. */
import { InputError } from "@scratch-nn/core";
import { type PredictSourceOptions, predictSource } from "@scratch-nn/data";
import { counted, describeSkipped } from "../output/report.ts";
import type { ModelFile } from "./model-file.ts";
import { type Figures, Tally } from "./tally.ts";

export interface EvaluatedSource {
  readonly figures: Figures;
  /** What was evaluated on. */
  readonly data: string;
  readonly remarks: readonly string[];
}

/** @throws InputError when the data do not fit the model, or have no labels */
export async function evaluateSource(
  { bytes, path, model }: ModelFile,
  data: string,
  options: PredictSourceOptions,
): Promise<EvaluatedSource> {
  const source = await predictSource(data, { bytes, where: path, model }, options);
  let skipped = 0;
  const tally = new Tally(model.classes.length);
  try {
    for await (const { predicted, probabilities, labels, skipped: lines } of source.blocks) {
      skipped += lines;
      if (labels !== undefined) tally.add({ predicted, probabilities, labels });
    }
  } finally {
    await source.close();
  }
  const remarks = [...source.remarks, ...(skipped > 0 ? [describeSkipped(skipped)] : [])];
  return { figures: requireExamples(tally.figures, source.where), data: source.where, remarks };
}

function requireExamples(figures: Figures, where: string): Figures {
  if (figures.examples > 0) return figures;
  throw new InputError({
    where,
    expected: "examples with labels",
    found: figures.unlabelled > 0 ? `${counted(figures.unlabelled, "row")} without one` : "no row",
    remedy: "check the label column, or use predict",
  });
}
