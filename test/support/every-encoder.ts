/** Networks over raw columns of every kind, and rows for them. */
import {
  type Activation,
  createNetwork,
  type Model,
  type Network,
  type Preprocessing,
  type Task,
} from "@scratch-nn/core";
import { inputsOf, randomStream } from "@scratch-nn/core/engine";

export const EVERY_ENCODER: Preprocessing = {
  columns: ["age", "income", "id", "joined", "flag", "member", "town", "label", "W1", "born"],
  named: true,
  encoders: [
    { kind: "number", column: 0, center: 40, spread: 20, clips: true, fill: 41, marksMissing: true },
    { kind: "number", column: 1, center: 30_000, spread: 0.125, clips: true, fill: 30_000.5, marksMissing: true },
    {
      kind: "date",
      column: 3,
      order: "ymd",
      center: 19_000,
      spread: 365,
      clips: false,
      fill: 19_001,
      marksMissing: false,
    },
    { kind: "binary", column: 4, levels: ["0", "1"], marksMissing: true },
    { kind: "binary", column: 5, levels: ["false", "true"], marksMissing: true },
    { kind: "category", column: 6, levels: ["Bär", "Bör", "7"], missing: true, other: true },
    { kind: "category", column: 7, levels: ["a", "b"], missing: false, other: false },
    { kind: "category", column: 8, levels: ["x<", "y"], missing: false, other: true },
    { kind: "date", column: 9, order: "dmy", center: 3000, spread: 1000, clips: true, fill: 3001, marksMissing: true },
    { kind: "bins", column: 0, knots: [0, 18, 40, 41, 65], fill: 41 },
    { kind: "bins", column: 1, knots: [29_999.9, 30_000, 30_000.1], fill: 30_000 },
  ],
};

const INPUTS = EVERY_ENCODER.encoders.reduce((sum, encoder) => sum + inputsOf(encoder), 0);

/** Rows of numbers, missing cells, and words seen and unseen in training. */
export function everyRow(m: number): (number | string | undefined)[][] {
  const stream = randomStream(5, 100);
  return Array.from({ length: m }, (_, r) => {
    const pick = <T>(k: number, ...choices: T[]): T => choices[stream.below(choices.length, 32 * r + k)];
    const below = (k: number, count: number): number => stream.below(count, 32 * r + k);
    return [
      pick(0, undefined, below(1, 80), below(1, 800) / 10 - 3, -1e300),
      pick(2, undefined, 30_000 + below(3, 1000) / 1e4, 29_999.95, 0.1),
      `id${r}`,
      pick(4, undefined, `202${below(5, 6)}-0${1 + below(6, 9)}-11`, "2021-05-06 12:30"),
      pick(7, undefined, 0, 1, 2, 0.1),
      pick(8, undefined, "true", "false", "maybe", "TRUE", "unknown"),
      pick(9, undefined, "Bär", "Bör", "7", "7.0", "Rom", "n/a"),
      pick(10, undefined, "a", "b", "c"),
      pick(11, undefined, "x<", "y", "z"),
      pick(12, undefined, `1${below(13, 9)}.02.1985`),
    ];
  });
}

/** An untrained network whose parameters are large enough for varied predictions. */
export function untrained(
  layers: readonly number[],
  {
    activation = "relu",
    output = "softmax",
    seed = 1,
  }: { activation?: Activation; output?: Network["output"]; seed?: number } = {},
): Network {
  const network = createNetwork({ layers, activation, output, init: "he", seed });
  const stream = randomStream(seed, 101);
  for (const b of network.b) for (let u = 0; u < b.length; u++) b[u] = stream.below(200, u) / 100 - 1;
  return network;
}

/** Models of every task, and an ensemble, over {@link EVERY_ENCODER}. */
export function everyModel(
  activation: Activation = "relu",
): Record<"classes" | "yesNo" | "labels" | "quantities" | "ensemble", Model> {
  const common = { preprocessing: EVERY_ENCODER, label: "group" };
  const classes = ["jung", "</script>", "alt"];
  const network = (outputs: number, output: Network["output"]) =>
    untrained([INPUTS, 18, 5, outputs], { activation, output });
  const task = (of: Task) => ({ classes: of.kind === "classes" ? of.classes : [], task: of });
  const first = network(3, "softmax");
  const second = untrained([INPUTS, 7, 3], { seed: 2 });
  return {
    classes: { ...common, network: first, classes },
    yesNo: { ...common, network: network(1, "sigmoid"), ...task({ kind: "classes", classes: ["no", "yes"] }) },
    labels: { ...common, network: network(2, "sigmoid"), ...task({ kind: "labels", names: ["p", "q"] }) },
    quantities: {
      ...common,
      network: network(2, "identity"),
      ...task({
        kind: "quantities",
        names: ["price", "rent"],
        center: [1e6, 5],
        spread: [1e5, 2],
        least: [9e5, 4],
        most: [1.2e6, 5.5],
        clamps: true,
      }),
    },
    ensemble: {
      ...common,
      network: first,
      classes,
      members: [
        { network: first, weight: Math.fround(0.7) },
        { network: second, weight: Math.fround(0.3) },
      ],
    },
  };
}
