/** The gradient of a set of examples, for inspection: the notes' dW and db. */
import { requireOptions } from "../checks/options.ts";
import { checkExamples, type Examples } from "../examples/examples.ts";
import { makeWorkplace } from "../kernels/arena.ts";
import { type LossOptions, planLoss } from "../losses/settings.ts";
import { type Network, type ParameterViews, requireNetwork, viewParameters } from "../model/network.ts";
import { packParameters, prepareWeights, unpackParameters } from "../passes/packed.ts";
import { taskGradient } from "../reduction/gradient.ts";
import { foldNumbers } from "../reduction/shards.ts";
import { layOutSteps, orderOf, type TrainingShape } from "../reduction/step-memory.ts";
import { finish } from "../reduction/steps.ts";
import { chooseKernels, type KernelChoice } from "../selection/choose.ts";
import { requireShards } from "./plan.ts";
import { workbenchOf } from "./run.ts";

/** The loss of a set of examples and its derivatives. */
export interface LossGradient extends ParameterViews {
  /** Mean loss, by default the cross-entropy. */
  readonly loss: number;
}

/**
 * Computes the notes' dW and db of the mean loss, by default the cross-entropy, over all given examples.
 * @param options.shards the number of partial sums that are folded along the tree; default: by the number of examples
 * @throws InputError when the examples do not fit the network
 */
export function gradientOf(
  network: Network,
  examples: Examples,
  options: { readonly loss?: LossOptions; readonly shards?: number; readonly kernels?: KernelChoice } = {},
): LossGradient {
  requireOptions("options", options, { loss: "checked", shards: "checked", kernels: "checked" });
  requireNetwork(network);
  const { layers, activation, output, parameters } = network;
  const loss = planLoss(options.loss, output, layers.at(-1)!);
  const { layout, bind } = chooseKernels(options.kernels);
  const data = checkExamples(examples, network);
  const m = data.columns.length;
  const shards = requireShards(options.shards, m);
  const passes = { layers, activation, output, loss };
  const shape: TrainingShape = { ...passes, examples: m, batchSize: m, shards, threads: 1, update: "main" };
  const workplace = makeWorkplace((at) => layOutSteps(shape, layout, at), { shared: false, features: data.X });
  const { arena, regions: memory, holdsFeatures } = workplace;
  const gradient = viewParameters(layers, new Float32Array(parameters.length));
  try {
    const kernels = bind(arena, memory.threads[0].scratch, holdsFeatures);
    const order = orderOf(memory, 1);
    order.set(data.columns);
    packParameters(network, memory.network, layout);
    prepareWeights(memory.network, layout, kernels);
    const [sum] = memory.partials.sums;
    const batch = { order, from: 0, to: m, shards };
    finish(taskGradient(memory.plans[1].tasks[0], batch, workbenchOf(memory, 0, data, kernels), sum, false));
    unpackParameters(sum, gradient, layers, layout);
    const divisor = Math.fround(m);
    for (let i = 0; i < gradient.parameters.length; i++) gradient.parameters[i] /= divisor;
    return { ...gradient, loss: foldNumbers(memory.totals.losses) / m };
  } finally {
    workplace.release();
  }
}
