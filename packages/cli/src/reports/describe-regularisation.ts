/** Formats the regularisation in a run's plan. */
import type { StrengthSchedule } from "@scratch-nn/core";
import type { TrainingPlan } from "@scratch-nn/core/engine";

/** @returns rows of the plan's table: one, or none */
export function describeRegularisation(plan: TrainingPlan): [name: string, value: string][] {
  const { dropout, decaySchedule, clipNorm, factors } = plan;
  const { layers, biases } = factors ?? {};
  const what = [
    ...(dropout === undefined ? [] : [`dropout ${dropout.rate}${following(dropout.schedule)}`]),
    ...(decaySchedule === undefined ? [] : [`weight decay${following(decaySchedule)}`]),
    ...(clipNorm === undefined ? [] : [`gradients of a norm of at most ${clipNorm}`]),
    ...(layers === undefined ? [] : [`learning rate times ${layers.join(", ")} by layer`]),
    ...(biases === undefined ? [] : [`times ${biases} for biases`]),
  ];
  return what.length === 0 ? [] : [["", what.join("; ")]];
}

function following(schedule: StrengthSchedule): string {
  return schedule === "constant" ? "" : ` ${schedule}`;
}
