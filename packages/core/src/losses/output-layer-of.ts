/** The last layer by its output and loss. */
import type { KernelLayout } from "../kernels/kernels.ts";
import type { Output } from "../model/output.ts";
import { identityLayer } from "./identity.ts";
import type { OutputLayer } from "./output-layer.ts";
import { defaultLoss, type LossSettings } from "./settings.ts";
import { sigmoidLayer } from "./sigmoid.ts";
import { softmaxLayer } from "./softmax.ts";

/**
 * @param units n[L]
 * @returns undefined for the notes': a softmax and its plain cross-entropy, whose lines are in passes/
 * @param loss one that goes with the output, see planLoss; default: the output's own
 */
export function outputLayerOf(
  output: Output,
  units: number,
  layout: KernelLayout,
  loss: LossSettings = defaultLoss(output),
): OutputLayer | undefined {
  if (loss.name !== "cross-entropy") return identityLayer(loss, units, layout);
  return output === "softmax" ? softmaxLayer(loss, units, layout) : sigmoidLayer(loss, units, layout);
}
