/** Where a run is to go on, checked against the run. */
import { typedArrayName } from "../checks/arrays.ts";
import { InputError } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import type { Network } from "../model/network.ts";
import { OPTIMISERS, type OptimizerSettings, settingsOf, type UpdatePlan } from "../optimisers/settings.ts";
import type { OptimizerState, TrainingPosition } from "./options.ts";

/** @throws InputError when it is no position of a run with so many steps an epoch, and this optimiser */
export function requirePosition(
  from: TrainingPosition | undefined,
  network: Network,
  { batchesPerEpoch, optimizer }: Pick<UpdatePlan, "batchesPerEpoch" | "optimizer">,
): TrainingPosition | undefined {
  if (from === undefined) return undefined;
  const { epoch, batch, steps, loss, correct, reports } = from;
  const isWhole = [epoch, batch, steps, correct].every((value) => Number.isInteger(value) && value >= 0);
  const fits = steps === (epoch - 1) * batchesPerEpoch + batch && batch < batchesPerEpoch;
  const done = Array.isArray(reports) ? reports.length : 0;
  if (!(isWhole && fits && Number.isFinite(loss) && done === epoch - 1)) {
    throw new InputError({
      where: "from",
      expected: `a position in a run of ${batchesPerEpoch} steps an epoch`,
      found: `step ${steps}, ${batch} in epoch ${epoch}, with ${done} reports`,
      remedy: "pass the position that a run with the same examples and options gave",
    });
  }
  requireState(from.optimizer, network.parameters.length, optimizer);
  return from;
}

/** @throws InputError when it is not what that optimiser keeps of so many parameters */
function requireState(state: OptimizerState | undefined, parameters: number, optimizer: OptimizerSettings): void {
  const expected = describeOptimizer(optimizer);
  if (OPTIMISERS[optimizer.name].slots === 0) {
    if (state !== undefined) throw wrongState("optimizer", `none, as ${expected} keeps`, describeValue(state));
    return;
  }
  const settings = state?.settings;
  const isTheSame =
    settings?.name === optimizer.name && settingsOf(optimizer.name).every((name) => settings[name] === optimizer[name]);
  if (!isTheSame) {
    const found = settings === undefined ? describeValue(state) : describeValue(settings.name);
    throw wrongState("optimizer", `what ${expected} keeps`, found === `"${optimizer.name}"` ? "other numbers" : found);
  }
  const { slots } = OPTIMISERS[optimizer.name];
  const count = Array.isArray(state?.slots) ? state.slots.length : 0;
  if (count !== slots) throw wrongState("optimizer.slots", `${slots} arrays`, String(count));
  for (const [k, slot] of state!.slots.entries()) {
    const where = `optimizer.slots[${k}]`;
    const isFloats = typedArrayName(slot) === "Float32Array";
    if (!isFloats || slot.length !== parameters) {
      const found = isFloats ? String(slot.length) : describeValue(slot);
      throw wrongState(where, `a Float32Array of ${parameters} numbers, one for each parameter`, found);
    }
    const bad = slot.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw wrongState(`${where}[${bad}]`, "a finite number", String(slot[bad]));
  }
}

/** An optimiser and its numbers, in words. */
export function describeOptimizer(optimizer: OptimizerSettings): string {
  const numbers = settingsOf(optimizer.name).map((name) => `${name} ${optimizer[name]}`);
  return numbers.length === 0 ? optimizer.name : `${optimizer.name} (${numbers.join(", ")})`;
}

function wrongState(where: string, expected: string, found: string): InputError {
  return new InputError({
    where: `from.${where}`,
    expected,
    found,
    remedy: "pass the position that a run with the same optimizer gave",
  });
}
