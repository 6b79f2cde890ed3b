/** Runs models with ONNX Runtime on raw rows. */
import type { Model } from "@scratch-nn/core";
import { MISSING_WORDS, parseDate } from "@scratch-nn/core/engine";
import { env, InferenceSession, Tensor } from "onnxruntime-web";

env.wasm.numThreads = 1;

export interface OnnxAnswers {
  readonly label?: readonly string[];
  readonly labels?: Uint8Array;
  readonly probabilities?: Float32Array;
  readonly values?: Float64Array;
}

export function openOnnx(bytes: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(bytes);
}

/** @param feeds by input name @returns the numbers of each output */
export async function runOnnx(
  session: InferenceSession,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<OnnxAnswers & Readonly<Record<string, unknown>>> {
  const outputs = await session.run(feeds);
  return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data]));
}

/** Converts rows to the session's inputs: words as text, other cells as f64, NaN for missing ones. */
export function feedsOf(
  session: InferenceSession,
  { preprocessing: { columns, encoders } }: Model,
  rows: readonly (readonly (number | string | undefined)[])[],
): Record<string, Tensor> {
  const feeds = session.inputMetadata.map((input) => {
    if (!input.isTensor) throw new Error(`${input.name} is no tensor`);
    const column = columns.indexOf(input.name);
    const order = encoders.flatMap((each) => (each.column === column && each.kind === "date" ? [each.order] : []))[0];
    const number = (cell: number | string | undefined): number => {
      if (cell === undefined || MISSING_WORDS.has(String(cell))) return Number.NaN;
      return order === undefined ? Number(cell) : parseDate(String(cell), order)!;
    };
    const dims = [rows.length, 1];
    const data =
      input.type === "string"
        ? new Tensor(
            "string",
            rows.map((row) => String(row[column] ?? "")),
            dims,
          )
        : new Tensor(
            "float64",
            Float64Array.from(rows, (row) => number(row[column])),
            dims,
          );
    return [input.name, data] as const;
  });
  return Object.fromEntries(feeds);
}

/** The largest absolute difference between two lists of equal length. */
export function largestDifference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) throw new Error(`${one.length} numbers and ${other.length}`);
  let largest = 0;
  for (let i = 0; i < one.length; i++) largest = Math.max(largest, Math.abs(one[i] - other[i]));
  // NaN counts as the largest difference.
  return Number.isNaN(largest) ? Number.POSITIVE_INFINITY : largest;
}
