/**
 * `pnpm bench kernels` and `pnpm bench functions`: measure the kernels at the layer sizes of the jobs against the
 * machine's roofline, and our functions against the JavaScript engine's.
 */
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
import { measure, type Task, timeTasks } from "../figures/measure.ts";
import type { Report } from "../figures/report.ts";
import { figureOf, markdown, percent, rate } from "../figures/statistics.ts";
import { bandwidthTasks } from "../roofline/bandwidth.ts";
import { preparePeak } from "../roofline/peak.ts";
import { type KernelWork, roofOf } from "../roofline/roofline.ts";

const COLUMNS = 64;
const PARTIALS = 8;
const SCALE = Math.fround(1 / 255);

/** Results are stored here, so that no loop is optimised away. */
export const sink = new Float32Array(1);

interface Layer {
  readonly shape: LayerShape;
  /** The kind of examples. Default: random bytes. */
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

interface KernelTask extends Task {
  readonly work: KernelWork;
  /** The number of kernel calls in one run of the task. */
  readonly repeats: number;
}

/** Measures memory, peak and kernels in the same rounds. A kernel's share of its roof is the median over the rounds. */
export async function kernelReport(context: SuiteContext): Promise<Report> {
  const memory = await bandwidthTasks();
  const peak = { name: "peak: multiply and add in registers", ...(await preparePeak()) };
  // The first calls are slow.
  for (let i = 0; i < 30; i++) peak.run();
  const kernels = await kernelTasks();
  const times = await timeTasks("kernels", [peak, ...memory, ...kernels], context);
  const speedsOf = ({ name, items }: Task): number[] => times.get(name)!.map((seconds) => items / seconds);
  const peaks = speedsOf(peak);
  const triads = memory.filter(({ name }) => name.startsWith("triad"));
  const bandwidths = triads.map((task) => ({ set: task.set, speeds: speedsOf(task) }));

  const machine = [peak, ...memory].map((task) => ({ name: task.name, ...figureOf(speedsOf(task)) }));
  const rows = kernels.map((kernel) => {
    const roofs = peaks.map((each, round) =>
      roofOf(kernel.work, {
        peak: each,
        memory: bandwidths.map(({ set, speeds }) => ({ set, bandwidth: speeds[round] })),
      }),
    );
    const seconds = times.get(kernel.name)!.map((each) => each / kernel.repeats);
    const { intensity, limit } = roofs[roofs.length >> 1];
    const roof = figureOf(roofs.map((each) => kernel.work.flop / each.seconds)).median;
    const shareOfRoof = figureOf(roofs.map((each, round) => each.seconds / seconds[round])).median;
    return { name: kernel.name, ...figureOf(speedsOf(kernel)), intensity, limit, roof, shareOfRoof };
  });
  const machineTable = markdown(
    ["", "FLOP/s, B/s", "spread"],
    machine.map((row) => [row.name, rate(row.median), percent(row.spread)]),
  );
  const kernelTable = markdown(
    ["", "FLOP/s", "spread", "FLOP per byte", "its roof, FLOP/s", "limited by", "of its roof"],
    rows.map((row) => [
      row.name,
      rate(row.median),
      percent(row.spread),
      row.intensity.toPrecision(3),
      rate(row.roof),
      row.limit,
      row.shareOfRoof.toFixed(2),
    ]),
  );
  return {
    title: `kernels: FLOP a second under the roofline, ${context.rounds} rounds in turns`,
    text: `${machineTable}\n\n${kernelTable}\n\n${REMARK}`,
    rows: [...machine, ...rows],
    bars: [machine[0], ...rows].map((row) => ({
      group: "kernels",
      name: row.name,
      value: row.median,
      spread: row.spread,
    })),
  };
}

const REMARK =
  "FLOP/s of all rows of a layer are in the operations of W A, so that their times can be added; FLOP per byte and the roof are those of the " +
  "kernel itself. Where zeros are left out, as in drawn digits, more than 1.00 of it is no mistake.";

export function functionReport(context: SuiteContext): Promise<Report> {
  return measure("functions", functionTasks(), "values", context);
}

async function kernelTasks(): Promise<KernelTask[]> {
  const { X: digits } = trainingExamples(await openDataset("digits", { examples: COLUMNS, testFraction: 0 }));
  const names = ["plain", "simd128", "simd256"] as const;
  return LAYERS.flatMap((layer) => names.flatMap((name) => tasksOf(name, layer, digits as Uint8Array)));
}

function tasksOf(name: KernelName, { shape, examples }: Layer, digits: Uint8Array): KernelTask[] {
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
  /** A multiplication and an addition for each weight and column, even if the kernel skips zeros. */
  const items = 2 * units * inputs * COLUMNS * repeats;
  const repeat = (run: () => void) => (): void => {
    for (let i = 0; i < repeats; i++) run();
    sink[0] = Z[0] + dW[0];
  };
  const size = `${units} x ${inputs}, ${name}${examples === undefined ? "" : `, ${examples}`}`;
  const [weights, features, outputs] = [units * inputs, inputs * COLUMNS, units * COLUMNS];
  const product = { flop: 2 * weights * COLUMNS, bytes: 4 * (weights + features + outputs) };
  const task = (what: string, work: KernelWork, run: () => void): KernelTask => ({
    name: `${what}, ${size}`,
    items,
    repeats,
    work,
    run: repeat(run),
  });
  return [
    // Reads one byte and writes one f32 for each feature.
    task("scale X", { flop: features, bytes: 5 * features }, gather),
    task("W A", product, () => kernels.affine(layer, A, Z, COLUMNS)),
    task("dZ A'", product, () => kernels.outerProducts(shape, Z, A, counts, dW)),
    task(
      `sum of ${PARTIALS} dW, W - alpha dW`,
      // The sum is written and read, W is read and written. The update is a division, a multiplication, a subtraction.
      { flop: (PARTIALS - 1 + 3) * weights, bytes: 4 * (PARTIALS + 2 + 2) * weights },
      () => {
        kernels.reduce(partials, 0, length, dW);
        kernels.descend(W, 0, length, dW, step);
      },
    ),
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
