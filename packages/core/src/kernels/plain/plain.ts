import type { Kernels } from "../kernels.ts";
import { activate, derive } from "./activations.ts";
import { affine, affineByLanes } from "./affine.ts";
import { add, descend, mean, scale } from "./elementwise.ts";
import { gather } from "./gather.ts";
import { addOuterProducts, addRowSums, backpropagate } from "./gradients.ts";
import { softmaxCrossEntropy, subtractOneHot } from "./softmax.ts";

/** Readable loops in exact f32 arithmetic: the definition of the right bits. */
export const plainKernels: Kernels = {
  name: "plain",
  gather,
  scale,
  affine,
  affineByLanes,
  activate,
  derive,
  softmaxCrossEntropy,
  subtractOneHot,
  backpropagate,
  addOuterProducts,
  addRowSums,
  add,
  mean,
  descend,
};
