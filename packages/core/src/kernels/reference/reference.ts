import { type KernelLayout, type KernelSource, type Kernels, MOST_COLUMNS } from "../kernels.ts";
import { activate } from "./activations.ts";
import { affine, affineByLanes } from "./affine.ts";
import { dropUnits } from "./dropout.ts";
import { add, areFinite, descend, reduce } from "./elementwise.ts";
import { gather } from "./gather.ts";
import { backpropagate, outerProducts, rowSums, sumsOfSquares } from "./gradients.ts";
import { adam, momentum, nesterov, rmsprop } from "./optimisers.ts";
import { softmaxCrossEntropy, subtractOneHot } from "./softmax.ts";

/** Weights are stored row after row, and examples column after column; shards are summed one at a time. */
const plainLayout: KernelLayout = {
  weightsLength: ({ units, inputs }) => units * inputs,
  biasLength: (units) => units,
  transposedLength: () => 0,
  panelLength: ({ inputs }) => inputs,
  columnsLength: (rows) => rows * MOST_COLUMNS,
  featuresLength: ({ inputs }) => inputs * MOST_COLUMNS,
  scratchBytes: () => 0,
  mostShards: () => 1,
  packWeights: (W, packed) => packed.set(W),
  unpackWeights: (packed, W) => W.set(packed),
  placeInColumns: (rows, row, column) => column * rows + row,
  unpackColumns: (A, rows, columns, out) => out.set(A.subarray(0, rows * columns)),
};

/** Parts of matrices are for layouts of panels. */
function noPanels(): never {
  throw new Error("the plain kernels have no panels");
}

/** The reference kernels: readable loops in exact f32 arithmetic, which define the correct bits. */
const plainKernels: Kernels = {
  name: "plain",
  gather,
  gatherPart: noPanels,
  mapFeatures: noPanels,
  transpose() {},
  affine(layer, A, out, columns) {
    const { shape, activation } = layer;
    (shape.byLanes ? affineByLanes : affine)(layer, A, out, columns);
    if (activation !== undefined) activate[activation](out, shape.units * columns);
  },
  affinePart: noPanels,
  activate({ shape: { units }, activationApart }, Z, A, columns) {
    A.set(Z.subarray(0, units * columns));
    activate[activationApart!](A, units * columns);
  },
  dropUnits,
  softmaxCrossEntropy,
  subtractOneHot,
  backpropagate,
  outerProducts,
  rowSums,
  add,
  reduce,
  sumsOfSquares,
  descend,
  momentum,
  nesterov,
  rmsprop,
  adam,
  areFinite,
};

/** The source of the reference kernels, which work in any memory. */
export const plainSource: KernelSource = { name: "plain", layout: plainLayout, bind: () => plainKernels };
