/** The shape of a training, from which each thread lays out the same memory. */
import type { CheckedExamples } from "../examples/examples.ts";
import type { Network } from "../model/network.ts";
import { OPTIMISERS } from "../optimisers/settings.ts";
import type { TrainingShape } from "../reduction/step-memory.ts";
import type { TrainingPlan } from "./plan.ts";

type ValidationShape = NonNullable<TrainingShape["validation"]>;

/** @param team who computes and updates: one thread, several, or those of several ranks */
export function shapeOf(
  { layers, activation, output }: Network,
  plan: TrainingPlan,
  team: Pick<TrainingShape, "threads" | "update" | "ranks">,
): TrainingShape {
  const { examples, validation, loss, batchSize, shards, optimizer } = plan;
  return {
    layers,
    activation,
    output,
    loss,
    examples: examples.columns.length,
    batchSize,
    shards,
    slots: OPTIMISERS[optimizer.name].slots,
    dropout: plan.dropout !== undefined,
    clips: plan.clipNorm !== undefined,
    ...(validation && { validation: validationShape(validation, examples) }),
    ...team,
  };
}

function validationShape(validation: CheckedExamples, examples: CheckedExamples): ValidationShape {
  const isOtherType = validation.X instanceof Uint8Array !== examples.X instanceof Uint8Array;
  return { examples: validation.columns.length, isOtherType };
}
