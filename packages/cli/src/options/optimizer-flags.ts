/** The flags of the optimiser: its name, its numbers, and its learning rate. */
import {
  InputError,
  OPTIMIZERS,
  type OptimizerName,
  type OptimizerSettings,
  SCHEDULES,
  type ScheduleName,
} from "@scratch-nn/core";
import {
  type Field,
  isSetting,
  OPTIMISERS,
  type ScheduleSettings,
  SETTING_NAMES,
  SETTING_RANGES,
  type SettingName,
  settingsOf,
} from "@scratch-nn/core/engine";
import type { Command } from "commander";
import { decimalNumber, oneOf, wholeNumber } from "./flags.ts";
import { MOST } from "./limits.ts";

/** The notes' optimiser, which a run has that names none. */
const NOTES: OptimizerName = "gradient-descent";

/** Undefined for the notes' gradient descent, and for numbers that the optimiser does not have. */
export interface OptimizerFlags {
  readonly optimizer?: OptimizerName;
  readonly momentum?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** Undefined for a constant learning rate. */
  readonly schedule?: ScheduleName;
  /** Undefined for no warm-up. */
  readonly warmup?: number;
}

const FLAGS: Readonly<Record<SettingName, { readonly flag: string; readonly meaning: string }>> = {
  momentum: { flag: "--momentum", meaning: "momentum coefficient" },
  beta1: { flag: "--beta1", meaning: "decay rate of the average of gradients" },
  beta2: { flag: "--beta2", meaning: "decay rate of the average of squared gradients" },
  epsilon: { flag: "--epsilon", meaning: "number added to the denominator" },
  weightDecay: {
    flag: "--weight-decay",
    meaning: "decoupled weight decay, multiplied by the learning rate in each step",
  },
};

/** Lists optimisers by their value of a number, for instance "0.9 for momentum and nesterov". */
function byValue(numberOf: (name: OptimizerName) => number | undefined): string {
  const values = new Map<number, OptimizerName[]>();
  for (const name of OPTIMIZERS) {
    const value = numberOf(name);
    if (value !== undefined) values.set(value, [...(values.get(value) ?? []), name]);
  }
  return Array.from(values, ([value, names]) => `${value} for ${listOf(names)}`).join(", ");
}

function listOf(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

export function addOptimizerOptions(command: Command): Command {
  const withName = command
    .option(
      "--optimizer <name>",
      `optimiser: ${OPTIMIZERS.join(", ")} (default: ${NOTES})`,
      oneOf("--optimizer", OPTIMIZERS),
    )
    .option(
      "--lr <alpha>",
      `learning rate (default: ${byValue((name) => OPTIMISERS[name].learningRate)})`,
      decimalNumber("--lr", POSITIVE_F32, isPositiveF32, "0.1"),
    );
  const withSchedule = withName
    .option(
      "--schedule <name>",
      `learning rate schedule: ${SCHEDULES.join(", ")} (default: constant)`,
      oneOf("--schedule", SCHEDULES),
    )
    .option(
      "--warmup <steps>",
      "steps of linear warm-up of the learning rate (default: 0)",
      wholeNumber("--warmup", 0, MOST, "100"),
    );
  return SETTING_NAMES.reduce((to, name) => {
    const { flag, meaning } = FLAGS[name];
    const example = OPTIMIZERS.map((each) => OPTIMISERS[each].defaults[name]).find((value) => value !== undefined);
    return to.option(
      `${flag} <x>`,
      `${meaning} (default: ${byValue((each) => OPTIMISERS[each].defaults[name])})`,
      decimalNumber(flag, SETTING_RANGES[name], (value) => isSetting(name, value), String(example)),
    );
  }, withSchedule);
}

/**
 * Sets the flags that are left open to the optimiser's defaults.
 * @throws InputError naming a number that the optimiser does not have
 */
export function settleOptimizer<Given extends OptimizerFlags & { readonly lr?: number }>(
  given: Given,
): Given & { readonly lr: number } {
  const { optimizer: name = NOTES, schedule, warmup, ...others } = given;
  const { defaults, learningRate } = OPTIMISERS[name];
  if (schedule === "one-cycle" && (warmup ?? 0) > 0) throw noWarmup(warmup!);
  const settings: { [Setting in SettingName]?: number } = {};
  for (const setting of SETTING_NAMES) {
    const value = given[setting] ?? defaults[setting];
    if (value === undefined) continue;
    if (defaults[setting] === undefined) throw noSetting(name, setting, value);
    settings[setting] = value;
  }
  const settled = {
    ...others,
    ...settings,
    lr: given.lr ?? learningRate,
    ...(schedule === undefined || schedule === "constant" ? {} : { schedule }),
    ...(warmup === undefined || warmup === 0 ? {} : { warmup }),
  };
  return (name === NOTES ? settled : { ...settled, optimizer: name }) as Given & { readonly lr: number };
}

function noSetting(name: OptimizerName, setting: SettingName, found: number): InputError {
  const own = settingsOf(name).map((each) => FLAGS[each].flag);
  const others = OPTIMIZERS.filter((each) => OPTIMISERS[each].defaults[setting] !== undefined);
  return new InputError({
    where: FLAGS[setting].flag,
    expected: `no such number of ${name}, which has ${own.length === 0 ? "none" : `${listOf(own)} alone`}`,
    found: String(found),
    remedy: `leave it out, or pass --optimizer ${others.join(" or ")}`,
  });
}

function noWarmup(warmup: number): InputError {
  return new InputError({
    where: "--warmup",
    expected: "nothing with --schedule one-cycle, which begins with a rise of its own",
    found: String(warmup),
    remedy: "leave it out, or pass another --schedule",
  });
}

/** The optimiser of settled flags, or of a run's config. */
export function optimizerOf(flags: OptimizerFlags): OptimizerSettings {
  const { optimizer: name = NOTES } = flags;
  return { name, ...Object.fromEntries(settingsOf(name).map((setting) => [setting, flags[setting]])) };
}

/** The schedule of the learning rate. */
export function scheduleOf({ schedule: name = "constant", warmup = 0 }: OptimizerFlags): ScheduleSettings {
  return { name, warmup };
}

/** The number of values that an optimiser keeps for each parameter. */
export function slotsOf({ optimizer = NOTES }: OptimizerFlags): number {
  return OPTIMISERS[optimizer].slots;
}

/**
 * Reads the learning rate's schedule from a run's config. @throws InputError naming a field that is not valid for a run
 */
export function readSchedule(field: Field): OptimizerFlags {
  const [schedule, warmup] = [field.at("schedule"), field.at("warmup")];
  const names = SCHEDULES.filter((name) => name !== "constant");
  const hasWarmup = schedule.value === "one-cycle" && warmup.value !== undefined;
  if (hasWarmup) warmup.fail("nothing with one-cycle, which begins with a rise of its own");
  return {
    ...(schedule.value === undefined ? {} : { schedule: schedule.oneOf(names) }),
    ...(warmup.value === undefined ? {} : { warmup: warmup.whole(1, MOST) }),
  };
}

/** Reads the optimiser from a run's config. @throws InputError naming a field that is not valid for a run */
export function readOptimizer(field: Field): OptimizerFlags {
  const isNotes = field.at("optimizer").value === undefined;
  const name = isNotes ? NOTES : field.at("optimizer").oneOf(OPTIMIZERS.filter((each) => each !== NOTES));
  const read: { [Setting in SettingName]?: number } = {};
  for (const setting of SETTING_NAMES) {
    const at = field.at(setting);
    const isOwn = OPTIMISERS[name].defaults[setting] !== undefined;
    if (!isOwn && at.value !== undefined) at.fail(`nothing, which ${name} does not have`);
    if (!isOwn) continue;
    if (!isSetting(setting, at.value)) at.fail(SETTING_RANGES[setting]);
    read[setting] = at.number();
  }
  return isNotes ? {} : { optimizer: name, ...read };
}

export const POSITIVE_F32 = "a finite number above 0 that fits a 32-bit float";

/** Whether a number is above 0 and finite after rounding to f32, in which training computes. */
export function isPositiveF32(value: number): boolean {
  const rounded = Math.fround(value);
  return rounded > 0 && Number.isFinite(rounded);
}
