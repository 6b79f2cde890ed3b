/** Evaluates a trained network on labelled data. */
import { InputError, taskOf } from "@scratch-nn/core";
import { type PredictSourceOptions, predictSource, UnknownLevels } from "@scratch-nn/data";
import { counted, describeSkipped } from "../output/report.ts";
import type { ModelFile } from "./model-file.ts";
import { type TaskFigures, tallyFor } from "./task-tally.ts";

export interface EvaluatedSource {
  readonly figures: TaskFigures;
  /** The data that were evaluated on. */
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
  const levels = new UnknownLevels(model.preprocessing);
  const tally = tallyFor(taskOf(model));
  try {
    for await (const block of source.blocks) {
      skipped += block.skipped;
      levels.add(block.levels);
      tally.add(block);
    }
  } finally {
    await source.close();
  }
  const remarks = [...source.remarks, ...(skipped > 0 ? [describeSkipped(skipped)] : []), ...levels.remarks];
  return { figures: requireExamples(tally.figures, source.where), data: source.where, remarks };
}

function requireExamples(figures: TaskFigures, where: string): TaskFigures {
  if (figures.examples > 0) return figures;
  throw new InputError({
    where,
    expected: "examples with labels",
    found: figures.unlabelled > 0 ? `${counted(figures.unlabelled, "row")} without one` : "no row",
    remedy: "check the label column, or use predict",
  });
}
