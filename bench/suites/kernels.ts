/** The kernels at the sizes of the notes' job and of a wide layer, and our functions beside the engine's. */
import {
  exp,
  type KernelName,
  kernelsNamed,
  type LayerShape,
  log,
  MOST_COLUMNS,
  makeWorkplace,
  type PackedLayer,
  randomStream,
  tanh,
} from "@scratch-nn/core/engine";
import { openDataset, trainingExamples } from "@scratch-nn/data";
import type { SuiteContext } from "../command/options.ts";
import { measure, type Task } from "../figures/measure.ts";
import type { Report } from "../figures/report.ts";
import { preparePeak } from "./peak.ts";

const COLUMNS = 64;
const PARTIALS = 8;
const SCALE = Math.fround(1 / 255);

/** Results end here, so that no loop is found to be useless. */
export const sink = new Float32Array(1);

interface Layer {
  readonly shape: LayerShape;
  /** What its examples are, if not random bytes. */
  readonly examples?: "drawn digits";
}

const NARROW: LayerShape = { units: 10, inputs: 784, first: true, byLanes: true };

const LAYERS: readonly Layer[] = [
  { shape: NARROW },
  { shape: NARROW, examples: "drawn digits" },
  { shape: { units: 128, inputs: 784, first: false, byLanes: false } },
  { shape: { units: 128, inputs: 784, first: true, byLanes: false }, examples: "drawn digits" },
  { shape: { units: 512, inputs: 784, first: true, byLanes: false }, examples: "drawn digits" },
  { shape: { units: 512, inputs: 512, first: false, byLanes: false } },
];

export async function kernelReport(context: SuiteContext): Promise<Report> {
  return measure("kernels", await kernelTasks(), "FLOP", context);
}

export function functionReport(context: SuiteContext): Promise<Report> {
  return measure("functions", functionTasks(), "values", context);
}

async function kernelTasks(): Promise<Task[]> {
  const peak = { name: "peak: multiply and add in registers", ...(await preparePeak()) };
  // Its first calls run slowly.
  for (let i = 0; i < 30; i++) peak.run();
  const { X: digits } = trainingExamples(await openDataset("digits", { examples: COLUMNS, testFraction: 0 }));
  const names = ["plain", "simd128", "simd256"] as const;
  return [peak, ...LAYERS.flatMap((layer) => names.flatMap((name) => tasksOf(name, layer, digits as Uint8Array)))];
}

function tasksOf(name: KernelName, { shape, examples }: Layer, digits: Uint8Array): Task[] {
  const { units, inputs } = shape;
  const { layout, bind } = kernelsNamed(name);
  const stream = randomStream(1, 1);
  const X =
    examples === undefined
      ? Uint8Array.from({ length: inputs * COLUMNS }, (_, i) => 256 * stream.uniform(i))
      : digits.subarray(0, inputs * COLUMNS);
  const length = layout.weightsLength(shape);
  const { arena, regions } = makeWorkplace(
    (at) => ({
      W: at.float32(length),
      b: at.float32(layout.biasLength(units)),
      transposedW: at.float32(layout.transposedLength(shape)),
      finite: at.uint8(1),
      dW: at.float32(length),
      partials: at.float32(PARTIALS * length),
      A: at.float32(layout.featuresLength(shape)),
      Z: at.float32(layout.columnsLength(units)),
      order: at.uint32(MOST_COLUMNS),
      shards: at.uint32(1),
      scratch: at.uint8(layout.scratchBytes(shape)),
    }),
    { shared: false },
  );
  const kernels = bind(arena, regions.scratch, false);
  const { W, dW, A, Z, order, shards } = regions;
  const layer: PackedLayer = {
    ...regions,
    shape,
    activation: "relu",
    activationApart: undefined,
    inputActivation: undefined,
  };
  layout.packWeights(
    Float32Array.from({ length: units * inputs }, (_, i) => stream.uniform(i) - 0.5),
    W,
    shape,
  );
  regions.finite[0] = 1;
  order.set(order.map((_, c) => c % COLUMNS));
  shards[0] = COLUMNS;
  const gather = (): void => {
    kernels.gather({ X, scale: SCALE }, { order, first: 0, count: COLUMNS }, A, shape);
  };
  gather();
  const counts = { counts: shards, goesOn: false };
  const partials = { numbers: regions.partials, stride: length, count: PARTIALS };
  const step = { m: COLUMNS, alpha: SCALE };

  const repeats = Math.ceil((name === "plain" ? 2e7 : 4e8) / (units * inputs * COLUMNS));
  /** A multiply and an add for each weight and column, also where zeros are left out. */
  const items = 2 * units * inputs * COLUMNS * repeats;
  const repeat = (run: () => void) => (): void => {
    for (let i = 0; i < repeats; i++) run();
    sink[0] = Z[0] + dW[0];
  };
  const size = `${units} x ${inputs}, ${name}${examples === undefined ? "" : `, ${examples}`}`;
  return [
    // All in the operations of W A, so that the times of a layer's rows can be added.
    { name: `scale X, ${size}`, items, run: repeat(gather) },
    { name: `W A, ${size}`, items, run: repeat(() => kernels.affine(layer, A, Z, COLUMNS)) },
    { name: `dZ A', ${size}`, items, run: repeat(() => kernels.outerProducts(shape, Z, A, counts, dW)) },
    {
      name: `sum of ${PARTIALS} dW, W - alpha dW, ${size}`,
      items,
      run: repeat(() => {
        kernels.reduce(partials, 0, length, dW);
        kernels.descend(W, 0, length, dW, step);
      }),
    },
  ];
}

function functionTasks(): Task[] {
  const stream = randomStream(1, 9);
  const X = Float32Array.from({ length: 100_000 }, (_, i) => 8 * stream.uniform(i) + 0.001);
  const over = (name: string, f: (x: number) => number): Task => ({
    name,
    items: X.length,
    run() {
      let sum = 0;
      for (const x of X) sum += f(x);
      sink[0] = sum;
    },
  });
  return [
    over("exp", exp),
    over("Math.exp", Math.exp),
    over("log", log),
    over("Math.log", Math.log),
    over("tanh", tanh),
    over("Math.tanh", Math.tanh),
  ];
}
