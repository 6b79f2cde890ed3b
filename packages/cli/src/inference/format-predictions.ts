/** Formats predictions as CSV, as JSON lines, or as a Kaggle submission. */
import type { Task } from "@scratch-nn/core";
import type { BlockPredictions } from "@scratch-nn/data";

export const PREDICTION_FORMATS = ["csv", "jsonl", "kaggle"] as const;
export type PredictionFormat = (typeof PREDICTION_FORMATS)[number];

/** The columns of each line. */
export interface PredictionColumns {
  readonly task: Task;
  /** The name of the column that identifies rows; undefined: none. */
  readonly id: string | undefined;
  /** The label's name, for a submission. */
  readonly label: string | undefined;
  readonly withProbabilities: boolean;
}

export interface PredictionWriter {
  /** The text before the first row. */
  readonly head: string;
  /**
   * Formats some rows as lines.
   * @param first the index of the first of them, from 0
   */
  lines(rows: BlockPredictions, first: number): string;
}

export function predictionWriter(format: PredictionFormat, columns: PredictionColumns): PredictionWriter {
  switch (format) {
    case "csv":
      return csvWriter(columns);
    case "jsonl":
      return jsonWriter(columns);
    case "kaggle":
      return kaggleWriter(columns);
  }
}

/** The predictions of a row as texts: a class, a number, or one text for each of several labels or quantities. */
function predictionsOf(
  task: Task,
  write: (name: string) => string,
): (block: BlockPredictions, row: number) => string[] {
  if (task.kind === "classes") {
    const names = task.classes.map(write);
    return ({ predicted }, row) => [names[predicted[row]]];
  }
  const count = task.names.length;
  const { kind } = task;
  return ({ predicted, values }, row) =>
    Array.from({ length: count }, (_, u) =>
      String(kind === "labels" ? predicted[row * count + u] : values[row * count + u]),
    );
}

/** The names that have a probability each. */
const likelyNames = (task: Task): readonly string[] => (task.kind === "classes" ? task.classes : task.names);

/** The names of several labels or quantities; undefined where there is one prediction. */
function severalNames(task: Task): readonly string[] | undefined {
  return task.kind === "classes" || task.names.length === 1 ? undefined : task.names;
}

function csvWriter({ task, id, withProbabilities }: PredictionColumns): PredictionWriter {
  const names = likelyNames(task);
  const predictions = predictionsOf(task, csvCell);
  const head = [
    ...(id === undefined ? [] : [id]),
    ...(severalNames(task)?.map((name) => `prediction_${name}`) ?? ["prediction"]),
    ...(withProbabilities ? names.map((name) => `probability_${name}`) : []),
  ];
  return {
    head: `${head.map(csvCell).join(",")}\n`,
    lines(block) {
      const { rows, probabilities, ids } = block;
      let text = "";
      for (let row = 0; row < rows; row++) {
        if (ids !== undefined) text += `${csvCell(ids[row])},`;
        text += predictions(block, row).join(",");
        if (withProbabilities) {
          for (let k = 0; k < names.length; k++) text += `,${shortest(probabilities[row * names.length + k])}`;
        }
        text += "\n";
      }
      return text;
    },
  };
}

function jsonWriter({ task, id, withProbabilities }: PredictionColumns): PredictionWriter {
  const names = likelyNames(task).map((name) => JSON.stringify(name));
  const several = severalNames(task)?.map((name) => JSON.stringify(name));
  const predictions = predictionsOf(task, (name) => JSON.stringify(name));
  return {
    head: "",
    lines(block) {
      const { rows, probabilities, ids } = block;
      let text = "";
      for (let row = 0; row < rows; row++) {
        const found = predictions(block, row);
        const prediction =
          several === undefined ? found[0] : `{${several.map((name, u) => `${name}:${found[u]}`).join(",")}}`;
        text += `{${id === undefined ? "" : `${JSON.stringify(id)}:${JSON.stringify(ids![row])},`}"prediction":${prediction}`;
        if (withProbabilities) {
          const shares = names.map((name, k) => `${name}:${shortest(probabilities[row * names.length + k])}`);
          text += `,"probabilities":{${shares.join(",")}}`;
        }
        text += "}\n";
      }
      return text;
    },
  };
}

/**
 * Writes the id column and the labels' names as the head. For classes without an id, it writes the Digit Recognizer's
 * format.
 */
function kaggleWriter({ task, id, label }: PredictionColumns): PredictionWriter {
  const predictions = predictionsOf(task, csvCell);
  const named = severalNames(task) ?? [label ?? "prediction"];
  const head = id === undefined && task.kind === "classes" ? ["ImageId", "Label"] : [id ?? "Id", ...named];
  return {
    head: `${head.map(csvCell).join(",")}\n`,
    lines(block, first) {
      const { rows, ids } = block;
      let text = "";
      for (let row = 0; row < rows; row++)
        text += `${ids ? csvCell(ids[row]) : first + row + 1},${predictions(block, row).join(",")}\n`;
      return text;
    },
  };
}

/** Quotes a cell as in RFC 4180. */
function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The shortest decimal that reads back as the same f32. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
