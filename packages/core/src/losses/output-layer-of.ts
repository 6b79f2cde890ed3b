/** Selects the output layer by its output and loss. */
import type { KernelLayout } from "../kernels/kernels.ts";
import type { Output } from "../model/output.ts";
import { identityLayer } from "./identity.ts";
import type { OutputLayer } from "./output-layer.ts";
import { defaultLoss, type LossSettings } from "./settings.ts";
import { sigmoidLayer } from "./sigmoid.ts";
import { softmaxLayer } from "./softmax.ts";

/**
 * Selects the output layer.
 * @param units n[L]
 * @param loss one that is valid for the output, see planLoss; default: that of the output
 * @returns undefined for the notes' softmax with plain cross-entropy, whose equations are in passes/
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
