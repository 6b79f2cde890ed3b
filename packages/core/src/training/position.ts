/** Checks the position that a run is to resume from. */
import { typedArrayName } from "../checks/arrays.ts";
import { InputError } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import type { Network } from "../model/network.ts";
import { OPTIMISERS, type OptimizerSettings, settingsOf, type UpdatePlan } from "../optimisers/settings.ts";
import { epochsKept, type SelectionSettings } from "./model-selection.ts";
import type { EpochReport, OptimizerState, TrainingPosition } from "./options.ts";

/** What else determines a valid position. */
interface RunFacts {
  /** Whether each epoch ends with a validation. */
  readonly validates: boolean;
}

/** @throws InputError when it is not a position of a run with this optimiser and this number of steps per epoch */
export function requirePosition(
  from: TrainingPosition | undefined,
  network: Network,
  { batchesPerEpoch, optimizer, validates }: Pick<UpdatePlan, "batchesPerEpoch" | "optimizer"> & RunFacts,
): TrainingPosition | undefined {
  if (from === undefined) return undefined;
  const { epoch, batch, steps, loss, correct, reports } = from;
  const isWhole = [epoch, batch, steps, correct].every((value) => Number.isInteger(value) && value >= 0);
  const fits = steps === (epoch - 1) * batchesPerEpoch + batch && batch < batchesPerEpoch + (validates ? 1 : 0);
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
  requireReports(reports, validates);
  return from;
}

/** @throws InputError when a report of a run with validation has no figures, or one without validation has some */
function requireReports(reports: readonly EpochReport[], validates: boolean): void {
  for (const [i, { validation }] of reports.entries()) {
    const isThere = Number.isFinite(validation?.loss);
    if (validates ? isThere : validation === undefined) continue;
    const expected = validates
      ? "the figures of each epoch's validation"
      : "none, as there are no examples to validate";
    throw wrongPosition(`reports[${i}].validation`, expected, describeValue(validation));
  }
}

/** @throws InputError when it does not hold exactly the parameters that such a run keeps besides its own */
export function requireKept(
  from: TrainingPosition | undefined,
  parameters: number,
  selection: SelectionSettings,
): void {
  if (from === undefined) return;
  const isKept = epochsKept(selection, from.reports.length) > 0;
  for (const name of ["kept", "parameters"] as const) {
    const { [name]: array } = from;
    const isWanted = name === "kept" ? isKept : array !== undefined && isKept;
    if (array === undefined && !isWanted) continue;
    if (!isWanted) throw wrongPosition(name, "none, as such a run keeps none", describeValue(array));
    requireParameters(name, array, parameters);
  }
}

function requireParameters(where: string, array: unknown, parameters: number): void {
  const isFloats = typedArrayName(array) === "Float32Array";
  const numbers = array as Float32Array;
  if (!isFloats || numbers.length !== parameters) {
    const found = isFloats ? String(numbers.length) : describeValue(array);
    throw wrongPosition(where, `a Float32Array of ${parameters} numbers, one for each parameter`, found);
  }
  const bad = numbers.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw wrongPosition(`${where}[${bad}]`, "a finite number", String(numbers[bad]));
}

/** @throws InputError when it is not that optimiser's state for this number of parameters */
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
  const { slots, squares } = OPTIMISERS[optimizer.name];
  const count = Array.isArray(state?.slots) ? state.slots.length : 0;
  if (count !== slots) throw wrongState("optimizer.slots", `${slots} arrays`, String(count));
  for (const [k, slot] of state!.slots.entries()) {
    const where = `optimizer.slots[${k}]`;
    requireParameters(where, slot, parameters);
    const negative = k === squares ? slot.findIndex((value) => value < 0) : -1;
    if (negative >= 0) throw wrongState(`${where}[${negative}]`, "a mean of squares, from 0", String(slot[negative]));
  }
}

/** Describes an optimiser and its settings in words. */
export function describeOptimizer(optimizer: OptimizerSettings): string {
  const numbers = settingsOf(optimizer.name).map((name) => `${name} ${optimizer[name]}`);
  return numbers.length === 0 ? optimizer.name : `${optimizer.name} (${numbers.join(", ")})`;
}

function wrongState(where: string, expected: string, found: string): InputError {
  return wrongPosition(where, expected, found, "optimizer");
}

function wrongPosition(where: string, expected: string, found: string, same = "examples and options"): InputError {
  return new InputError({
    where: `from.${where}`,
    expected,
    found,
    remedy: `pass the position that a run with the same ${same} gave`,
  });
}
