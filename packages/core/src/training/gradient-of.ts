/** The whole gradient of a set of examples: the notes' dW and db, to look at. */

import { requireOptions } from "../checks/options.ts";
import { checkExamples, type Examples } from "../examples/examples.ts";
import { makeWorkplace } from "../kernels/arena.ts";
import { type Network, type ParameterViews, requireNetwork, viewParameters } from "../model/network.ts";
import { packParameters, prepareWeights } from "../passes/packed.ts";
import { runGradient } from "../reduction/gradient.ts";
import { foldNumbers } from "../reduction/shards.ts";
import { finish } from "../reduction/steps.ts";
import { planRootFold, unpackSums } from "../reduction/sums.ts";
import { layOutTraining, runOfThread } from "../reduction/training-memory.ts";
import { chooseKernels, type KernelChoice } from "../selection/choose.ts";
import { requireShards } from "./plan.ts";

/** The loss of a set of examples and its derivatives. */
export interface LossGradient extends ParameterViews {
  /** Mean cross-entropy. */
  readonly loss: number;
}

/**
 * The notes' dW and db of the mean cross-entropy over all the given examples.
 * @param options.shards how many partial sums are folded along the tree; default: by the number of examples
 * @throws InputError when the examples do not fit the network
 */
export function gradientOf(
  network: Network,
  examples: Examples,
  options: { readonly shards?: number; readonly kernels?: KernelChoice } = {},
): LossGradient {
  requireOptions("options", options, { shards: "checked", kernels: "checked" });
  requireNetwork(network);
  const { layers, activation, parameters } = network;
  const source = chooseKernels(options.kernels);
  const checked = checkExamples(examples, layers[0], layers.at(-1)!);
  const { X, columns, scale } = checked;
  const m = columns.length;
  const shards = requireShards(options.shards, m);
  const shape = { layers, activation, examples: m, batchSize: m, shards, threads: 1 };
  const workplace = makeWorkplace((arena) => layOutTraining(shape, source.layout, arena), {
    shared: false,
    features: X,
  });
  const { arena, regions: memory, holdsFeatures } = workplace;
  const [order] = memory.orders;
  const gradient = viewParameters(layers, new Float32Array(parameters.length));
  try {
    const run = runOfThread(memory, 0, source, arena, holdsFeatures);
    order.set(columns);
    packParameters(network, memory.network, source.layout);
    prepareWeights(memory.network, scale, run.kernels);
    finish(runGradient(memory.network, checked, { order, from: 0, to: m, shards }, run, memory.totals));
    unpackSums(planRootFold(memory.threads, shards).sum, gradient, layers, source.layout);
    mean(gradient, m, scale);
    return { ...gradient, loss: foldNumbers(memory.totals.losses) / m };
  } finally {
    workplace.release();
  }
}

/** Divides sums over examples by m, in place; dW[1] then is with respect to the scaled features. */
function mean(gradient: ParameterViews, m: number, scale: number): void {
  const { fround } = Math;
  for (const [l, dW] of gradient.W.entries()) {
    const factor = l === 1 ? scale : 1;
    for (let i = 0; i < dW.length; i++) dW[i] = fround(dW[i] / fround(m)) * factor;
  }
  for (const db of gradient.b) for (let i = 0; i < db.length; i++) db[i] = db[i] / fround(m);
}
