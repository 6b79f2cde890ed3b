/** Predictions as text: CSV, JSON lines, or what Kaggle takes for a submission. */
import type { BlockPredictions } from "@scratch-nn/data";

export const PREDICTION_FORMATS = ["csv", "jsonl", "kaggle"] as const;
export type PredictionFormat = (typeof PREDICTION_FORMATS)[number];

/** What stands in each line. */
export interface PredictionColumns {
  readonly classes: readonly string[];
  /** The name of the column that names rows; undefined: none. */
  readonly id: string | undefined;
  /** The label's name, for a submission. */
  readonly label: string | undefined;
  readonly withProbabilities: boolean;
}

export interface PredictionWriter {
  /** What comes before the first row. */
  readonly head: string;
  /** The lines of some rows. @param first the number of the first of them, from 0 */
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

function csvWriter({ classes, id, withProbabilities }: PredictionColumns): PredictionWriter {
  const names = classes.map(csvCell);
  const head = [
    ...(id === undefined ? [] : [id]),
    "prediction",
    ...(withProbabilities ? classes.map((name) => `probability_${name}`) : []),
  ];
  return {
    head: `${head.map(csvCell).join(",")}\n`,
    lines({ rows, predicted, probabilities, ids }) {
      let text = "";
      for (let row = 0; row < rows; row++) {
        if (ids !== undefined) text += `${csvCell(ids[row])},`;
        text += names[predicted[row]];
        if (withProbabilities) {
          for (let k = 0; k < names.length; k++) text += `,${shortest(probabilities[row * names.length + k])}`;
        }
        text += "\n";
      }
      return text;
    },
  };
}

function jsonWriter({ classes, id, withProbabilities }: PredictionColumns): PredictionWriter {
  const names = classes.map((name) => JSON.stringify(name));
  return {
    head: "",
    lines({ rows, predicted, probabilities, ids }) {
      let text = "";
      for (let row = 0; row < rows; row++) {
        const shares = names.map((name, k) => `${name}:${shortest(probabilities[row * names.length + k])}`);
        text += `{${id === undefined ? "" : `${JSON.stringify(id)}:${JSON.stringify(ids![row])},`}"prediction":${names[predicted[row]]}`;
        text += withProbabilities ? `,"probabilities":{${shares.join(",")}}}\n` : "}\n";
      }
      return text;
    },
  };
}

/** The id column and the label's name above; without an id what the Digit Recognizer wants. */
function kaggleWriter({ classes, id, label }: PredictionColumns): PredictionWriter {
  const names = classes.map(csvCell);
  const head = id === undefined ? ["ImageId", "Label"] : [id, label ?? "prediction"];
  return {
    head: `${head.map(csvCell).join(",")}\n`,
    lines({ rows, predicted, ids }, first) {
      let text = "";
      for (let row = 0; row < rows; row++)
        text += `${ids ? csvCell(ids[row]) : first + row + 1},${names[predicted[row]]}\n`;
      return text;
    },
  };
}

/** A cell as RFC 4180 has it. */
function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The fewest digits that read back as the same f32. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
