/**
 * Every matrix that the notes name, for some examples, for inspection. Training itself keeps only those that it needs.
 */
import { checkExamples, type Examples } from "../examples/examples.ts";
import { makeWorkplace } from "../kernels/arena.ts";
import { type KernelLayout, type Kernels, MOST_COLUMNS } from "../kernels/kernels.ts";
import { gather } from "../kernels/reference/gather.ts";
import { type LossOptions, planLoss } from "../losses/settings.ts";
import { type Network, requireNetwork } from "../model/network.ts";
import { backward } from "../passes/backward.ts";
import { forward } from "../passes/forward.ts";
import { layerShapes, type PackedNetwork, packParameters, prepareWeights } from "../passes/packed.ts";
import { layOutPasses, type Tile } from "../passes/tile.ts";
import { loadTile } from "../reduction/gradient.ts";
import { layOutPartials } from "../reduction/partials.ts";
import { chooseKernels, type KernelChoice } from "../selection/choose.ts";
import { gradientOf, type LossGradient } from "./gradient-of.ts";

/** The notes' matrices of m examples, each column after column. */
export interface Passes {
  /** A[l]: [n[l], m]; A[0] is X, scaled as the network takes it. */
  readonly A: readonly Float32Array[];
  /** Z[l]: [n[l], m], before any activation; index 0 is empty. */
  readonly Z: readonly Float32Array[];
  /** dZ[l]: [n[l], m], of each example's own loss; index 0 is empty. */
  readonly dZ: readonly Float32Array[];
  /** The loss of each example, [m]. */
  readonly losses: Float32Array;
  /** dW and db of the mean loss, and that loss: see {@link gradientOf}. */
  readonly gradient: LossGradient;
}

/**
 * Runs the forward and the backward pass over the given examples and returns all intermediate matrices, in the bits of
 * training.
 * @param options as in {@link gradientOf}
 * @throws InputError when the examples do not fit the network
 */
export function passesOf(
  network: Network,
  examples: Examples,
  options: { readonly loss?: LossOptions; readonly shards?: number; readonly kernels?: KernelChoice } = {},
): Passes {
  const gradient = gradientOf(network, examples, options);
  requireNetwork(network);
  const { layers, activation, output } = network;
  const loss = planLoss(options.loss, output, layers.at(-1)!);
  const { layout, bind } = chooseKernels(options.kernels);
  const data = checkExamples(examples, network);
  const m = data.columns.length;
  const { arena, regions, holdsFeatures, release } = makeWorkplace(
    (at) => ({
      ...layOutPasses({ layers, activation, output, loss }, layout, at),
      sum: layOutPartials(1, layers, layout, at).sums[0],
      order: at.uint32(m),
      sums: layers.map((units) => at.float32(layout.columnsLength(units))),
    }),
    { shared: false, features: data.X },
  );
  const matrices = (): Float32Array[] => layers.map((units) => new Float32Array(units * m));
  const passes = { A: matrices(), Z: matrices(), dZ: matrices(), losses: new Float32Array(m), gradient };
  passes.Z[0] = passes.dZ[0] = new Float32Array(0);
  const kernels = bind(arena, regions.scratch, holdsFeatures);
  const { network: packed, tile, sum, order, sums } = regions;
  try {
    order.set(data.columns);
    packParameters(network, packed, layout);
    prepareWeights(packed, layout, kernels);
    gather(data, { order, first: 0, count: m }, passes.A[0], layerShapes(layers)[1]);
    for (let first = 0; first < m; first += MOST_COLUMNS) {
      loadTile({ network: packed, data, kernels, tile }, order, first, Math.min(MOST_COLUMNS, m - first));
      forward(packed, tile, kernels);
      const [, counts] = tile.counts;
      counts[0] = tile.columns;
      backward(packed, tile, { counts, goesOn: false }, sum, kernels);
      addZ(packed, tile, sums, kernels);
      copyOut(tile, sums, passes, first, layout);
    }
  } finally {
    release();
  }
  return passes;
}

/** Recomputes Z of the hidden layers, because A overwrites it in the tile wherever possible. */
function addZ({ packed, layers }: PackedNetwork, tile: Tile, Z: readonly Float32Array[], kernels: Kernels): void {
  for (let l = 1; l < layers.length - 1; l++) {
    kernels.affine({ ...packed[l], activation: undefined }, tile.A[l - 1], Z[l], tile.columns);
  }
}

function copyOut(
  tile: Tile,
  sums: readonly Float32Array[],
  { A, Z, dZ, losses }: Passes,
  first: number,
  layout: KernelLayout,
): void {
  const { columns } = tile;
  const L = A.length - 1;
  for (let l = 1; l <= L; l++) {
    const units = A[l].length / losses.length;
    const copy = (from: Float32Array, to: Float32Array): void =>
      layout.unpackColumns(from, units, columns, to.subarray(first * units, (first + columns) * units));
    copy(tile.A[l], A[l]);
    copy(l === L ? tile.Z[L] : sums[l], Z[l]);
    copy(tile.dZ[l], dZ[l]);
  }
  losses.set(tile.answers.losses.subarray(0, columns), first);
}
