/** Computes all figures of a report on a model and its data. */
import { taskOf } from "@scratch-nn/core";
import { parameterCount } from "@scratch-nn/core/engine";
import type { Dataset } from "@scratch-nn/data";
import type { Contributions, Evaluated, Findings, Mistakes, TaskFindings } from "@scratch-nn/report";
import { type TaskFigures, tallyFor } from "../inference/task-tally.ts";
import { blocksOf, evenly, type Subject } from "./block.ts";
import { type ContributionsLimits, contributionsOf } from "./contributions.ts";
import { decodeRow } from "./decode-row.ts";
import { exampleImage, firstLayerOf, imageShapeOf } from "./pictures.ts";
import { ReliabilityTally } from "./reliability.ts";
import { ResidualTally } from "./residuals.ts";
import { type WorstExample, WorstTally } from "./worst.ts";

/** Limits on the work of computing the findings. */
export interface FindingsLimits {
  /** Multiplications of the evaluation, approximate. */
  readonly work: number;
  readonly examples: number;
  readonly contributions: ContributionsLimits;
}

/** Limits at the end of a training: some tenths of a second of one core. */
export const QUICKLY: FindingsLimits = {
  work: 4e9,
  examples: 20_000,
  contributions: { work: 4e8, examples: 400 },
};

/** Limits where the user asked for a report. */
export const THOROUGHLY: FindingsLimits = {
  work: Number.POSITIVE_INFINITY,
  examples: Number.POSITIVE_INFINITY,
  contributions: { work: 2e10, examples: 4_000 },
};

const FEWEST_EXAMPLES = 256;
const PICTURES = 24;
const ROWS = 15;
/** The largest number of table columns shown with a row. */
const MOST_COLUMNS = 12;

/**
 * Evaluates on the test part; without one, on the part that the model was validated or trained on.
 * @param limits the examples above them are left out, evenly spaced
 */
export async function findingsOf(subject: Subject, limits: FindingsLimits): Promise<Findings> {
  const { dataset, model } = subject;
  const task = taskOf(model);
  const { part, columns: all } = partOf(dataset);
  const networks = model.members?.map(({ network }) => network) ?? [model.network];
  const parameters = networks.reduce((sum, { layers }) => sum + parameterCount(layers), 0);
  const most = Math.min(limits.examples, Math.max(FEWEST_EXAMPLES, Math.floor(limits.work / parameters)));
  const columns = evenly(all, most);

  const shape = imageShapeOf(dataset);
  const tally = tallyFor(task);
  const reliability = new ReliabilityTally(task);
  const worst = new WorstTally(task, shape === undefined ? ROWS : PICTURES);
  const residuals = task.kind === "quantities" ? new ResidualTally(task, columns.length) : undefined;
  for await (const block of blocksOf(subject, columns)) {
    tally.add(block);
    reliability.add(block);
    worst.add(block);
    residuals?.add(block);
  }
  const contributions = await contributionsOf(subject, columns, limits.contributions);
  return {
    evaluated: { part, examples: columns.length, of: all.length },
    task: taskFindings(tally.figures, model.classes, reliability, residuals),
    mistakes:
      shape === undefined
        ? worstRows(dataset, worst.examples, contributions)
        : {
            kind: "images",
            items: worst.examples.map((example) => ({
              ...asMistake(example),
              picture: exampleImage(dataset, shape, example.column),
            })),
          },
    firstLayer: shape && firstLayerOf(model, shape),
    contributions,
  };
}

function partOf({ test, validation, train }: Dataset): {
  readonly part: Evaluated["part"];
  readonly columns: Uint32Array;
} {
  if (test.length > 0) return { part: "test", columns: test };
  if (validation !== undefined && validation.length > 0) return { part: "validation", columns: validation };
  return { part: "training", columns: train };
}

function taskFindings(
  figures: TaskFigures,
  classes: readonly string[],
  tally: ReliabilityTally,
  residuals: ResidualTally | undefined,
): TaskFindings {
  switch (figures.kind) {
    case "classes": {
      const { accuracy, loss, macro, rocAuc, perClass, confusion } = figures;
      return {
        kind: "classes",
        accuracy,
        loss,
        macroF1: macro.f1,
        rocAuc,
        classes: perClass.map((metrics, k) => ({ name: classes[k], ...metrics })),
        confusion: Array.from(confusion.cells()),
        reliability: tally.reliability,
      };
    }
    case "labels": {
      const { accuracy, loss, macroF1, labels } = figures;
      return { kind: "labels", accuracy, loss, macroF1, labels, reliability: tally.reliability };
    }
    case "quantities": {
      const quantities = figures.quantities.map((quantity, u) => ({ ...quantity, ...residuals!.of(u) }));
      return { kind: "quantities", loss: figures.loss, quantities };
    }
  }
}

function asMistake({ column, truth, predicted, detail }: WorstExample) {
  return { example: column + 1, truth, predicted, detail };
}

/** The worst rows, with the columns of the largest contributions where these are known. */
function worstRows(
  dataset: Dataset,
  worst: readonly WorstExample[],
  contributions: Contributions | undefined,
): Mistakes {
  const { X, inputs, preprocessing } = dataset;
  const { columns } = preprocessing;
  const ranked =
    contributions?.found.kind === "columns" ? contributions.found.columns.toSorted((a, b) => b.loss - a.loss) : [];
  const placeOf = new Map(columns.map((name, k) => [name, k]));
  const names = ranked.length > 0 ? ranked.map(({ name }) => name) : columns;
  const shown = names.slice(0, MOST_COLUMNS).map((name) => placeOf.get(name)!);
  return {
    kind: "rows",
    columns: shown.map((k) => columns[k]),
    moreColumns: columns.length - shown.length,
    items: worst.map((example) => ({
      ...asMistake(example),
      cells: decodeRow(preprocessing, X.subarray(example.column * inputs, (example.column + 1) * inputs), shown),
    })),
  };
}
