import type { Activation, Preprocessing } from "@scratch-nn/core";
import { createNetwork, type Model, rowEncoder, fit as train } from "@scratch-nn/core";
import { randomStream } from "@scratch-nn/core/engine";

const preprocessing: Preprocessing = {
  columns: ["age", "id", "joined", "member", "town"],
  named: true,
  encoders: [
    { kind: "number", column: 0, center: 40, spread: 20, clips: true, fill: 41, marksMissing: true },
    {
      kind: "date",
      column: 2,
      order: "ymd",
      center: 19_000,
      spread: 365,
      clips: false,
      fill: 19_001,
      marksMissing: false,
    },
    { kind: "binary", column: 3, levels: ["false", "true"], marksMissing: false },
    { kind: "category", column: 4, levels: ["Bär", "Bör", "7"], missing: true, other: true },
  ],
};

/** Raw rows of these columns: numbers, an unused id, dates, booleans and words, with missing cells. */
export function mixedRows(m: number): unknown[][] {
  const stream = randomStream(3, 100);
  return Array.from({ length: m }, (_, r) => {
    const below = (count: number, k: number): number => stream.below(count, 8 * r + k);
    return [
      below(10, 0) === 0 ? undefined : below(80, 1),
      `id${r}`,
      new Date(Date.UTC(2022, below(24, 2), 1 + below(28, 3))).toISOString().slice(0, 10),
      below(2, 4) === 1,
      [undefined, "Bär", "Bör", 7, "Rom"][below(5, 5)],
    ];
  });
}

/** Briefly trains a model of mixed columns, with several layers of any activation. */
export function mixedModel(activation: Activation = "relu", hidden: readonly number[] = [20, 5]): Model {
  const rows = mixedRows(300);
  const encoder = rowEncoder(preprocessing);
  const X = new Float32Array(encoder.inputs * rows.length);
  for (const [r, row] of rows.entries()) {
    encoder.encode(
      row.map((cell) => (typeof cell === "boolean" ? String(cell) : cell)) as string[],
      X,
      r * encoder.inputs,
    );
  }
  const labels = rows.map(([age, , , member]) => (Number(age) > 40 ? 2 : member === true ? 1 : 0));
  const network = createNetwork({ layers: [encoder.inputs, ...hidden, 3], activation });
  train(network, { X, labels }, { epochs: 5, batchSize: 32 });
  return { network, classes: ["jung", "Mitglied", "alt"], preprocessing, label: "group" };
}
