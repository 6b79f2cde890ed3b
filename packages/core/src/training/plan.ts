/** The plan of a training run: the checked options, with all defaults filled in. All trainers use it. */
import { InputError, requireInteger, requirePositive } from "../checks/errors.ts";
import { type OptionKind, type OptionNames, requireOptions } from "../checks/options.ts";
import { type CheckedExamples, checkExamples, type Examples } from "../examples/examples.ts";
import { type LossSettings, planLoss } from "../losses/settings.ts";
import { type Network, requireNetwork } from "../model/network.ts";
import type { Output } from "../model/output.ts";
import { DEFAULT_SEED } from "../numerics/random.ts";
import { type DropoutSettings, planDropout } from "../optimisers/dropout.ts";
import { planFactors, type RateFactors } from "../optimisers/factors.ts";
import type { StrengthSchedule } from "../optimisers/flat-cosine.ts";
import { planSchedule, type ScheduleSettings } from "../optimisers/schedule.ts";
import {
  type OptimizerSettings,
  planDecaySchedule,
  planLearningRate,
  planOptimizer,
  type UpdatePlan,
} from "../optimisers/settings.ts";
import { defaultShards } from "../reduction/shards.ts";
import { type ChosenKernels, chooseKernels } from "../selection/choose.ts";
import { planSelection, type SelectionSettings } from "./model-selection.ts";
import type { FitOptions, TrainingPosition } from "./options.ts";
import { requireKept, requirePosition } from "./position.ts";

/** Everything that determines the weights, checked and with all defaults filled in. */
export interface TrainingPlan {
  readonly examples: CheckedExamples;
  readonly output: Output;
  readonly loss: LossSettings;
  readonly epochs: number;
  /** Examples per step; the last step of an epoch takes the remainder. */
  readonly batchSize: number;
  readonly batchesPerEpoch: number;
  readonly shuffled: boolean;
  readonly shards: number;
  readonly optimizer: OptimizerSettings;
  readonly learningRate: number;
  readonly schedule: ScheduleSettings;
  /** Undefined where all parameters have the same learning rate. */
  readonly factors: RateFactors | undefined;
  /** Undefined for constant. */
  readonly decaySchedule: StrengthSchedule | undefined;
  /** The maximum norm of the gradient; undefined for no limit. */
  readonly clipNorm: number | undefined;
  /** Undefined for none. */
  readonly dropout: DropoutSettings | undefined;
  readonly seed: number;
  readonly kernels: ChosenKernels;
  /** Examples for validation only. */
  readonly validation: CheckedExamples | undefined;
  readonly selection: SelectionSettings;
  readonly from: TrainingPosition | undefined;
}

/** For {@link requireOptions}. Parallel's fit adds its own options. */
export const FIT_OPTIONS: OptionNames<FitOptions> = {
  epochs: "checked",
  batchSize: "checked",
  loss: "checked",
  optimizer: "checked",
  learningRate: "checked",
  schedule: "checked",
  factors: "object",
  decaySchedule: "checked",
  validation: "object",
  earlyStopping: "object",
  keep: "checked",
  bestBy: "checked",
  averageFrom: "checked",
  clipNorm: "checked",
  dropout: "object",
  shards: "checked",
  seed: "checked",
  kernels: "checked",
  from: "object",
  onEpoch: "function",
  checkpoints: "object",
  onProgress: "function",
  signal: "object",
};

const MOST = 2 ** 31 - 1;
const MOST_SHARDS = 4096;

/**
 * Checks the options and fills in the defaults.
 * @param names of the valid options
 * @throws InputError naming the option that is unknown or out of range
 */
export function planTraining(
  network: Network,
  examples: Examples,
  options: FitOptions,
  names: Readonly<Record<string, OptionKind>> = FIT_OPTIONS,
): TrainingPlan {
  requireOptions("options", options, names);
  requireCallbacks(options);
  requireNetwork(network);
  const loss = planLoss(options.loss, network.output, network.layers.at(-1)!);
  const checked = checkExamples(examples, network);
  const m = checked.columns.length;
  const { batchSize = "full", seed = DEFAULT_SEED, shards } = options;
  requireInteger("seed", seed, 0, 2 ** 32 - 1);
  const optimizer = planOptimizer(options.optimizer);
  const size = batchSize === "full" ? m : Math.min(m, requireInteger("batchSize", batchSize, 1, MOST));
  const batchesPerEpoch = Math.ceil(m / size);
  const epochs = requireInteger("epochs", options.epochs, 1, MOST);
  const selection = planSelection(options);
  const validates = options.validation !== undefined;
  const from = requirePosition(options.from, network, { batchesPerEpoch, optimizer, validates });
  requireKept(from, network.parameters.length, selection);
  return {
    examples: checked,
    output: network.output,
    loss,
    epochs,
    batchSize: size,
    batchesPerEpoch,
    shuffled: batchSize !== "full",
    shards: requireShards(shards, size),
    optimizer,
    learningRate: planLearningRate(options.learningRate, optimizer),
    schedule: planSchedule(options.schedule),
    factors: planFactors(options.factors, network.layers.length - 1),
    decaySchedule: planDecaySchedule(options.decaySchedule, optimizer),
    clipNorm: options.clipNorm === undefined ? undefined : requirePositive("clipNorm", options.clipNorm, 1),
    dropout: planDropout(options.dropout, seed),
    seed,
    kernels: chooseKernels(options.kernels),
    validation: checkValidation(network, options.validation),
    selection,
    from,
  };
}

/** The part of the plan that determines the updates, to be sent to other threads. */
export function updatesOf(plan: TrainingPlan): UpdatePlan {
  const { optimizer, learningRate, schedule, factors, decaySchedule, clipNorm, dropout } = plan;
  const { epochs, batchSize, batchesPerEpoch } = plan;
  const rates = { optimizer, learningRate, schedule, factors, decaySchedule };
  return { ...rates, clipNorm, dropout, epochs, batchSize, batchesPerEpoch };
}

/** @throws InputError naming what is wrong with the examples, as checkExamples does */
function checkValidation(network: Network, validation: Examples | undefined): CheckedExamples | undefined {
  if (validation === undefined) return undefined;
  try {
    return checkExamples(validation, network);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError({ ...error.fault, where: `validation: ${error.fault.where}` }, { cause: error });
  }
}

/** @throws InputError when an object that training calls or reads lacks a function or a property */
function requireCallbacks({ checkpoints, signal }: FitOptions): void {
  if (checkpoints !== undefined) {
    const { areDue, take } = checkpoints;
    const isComplete = typeof areDue === "function" && typeof take === "function";
    if (!isComplete) throw wrongPart("checkpoints", "an object with the functions areDue and take");
  }
  if (signal !== undefined && typeof signal.aborted !== "boolean") {
    throw wrongPart("signal", "an AbortSignal, or another object with aborted: true or false");
  }
}

function wrongPart(where: string, expected: string): InputError {
  return new InputError({ where: `options.${where}`, expected, found: "an object without", remedy: "see FitOptions" });
}

/** @throws InputError when the number is out of range */
export function requireShards(shards: number | undefined, columns: number): number {
  return shards === undefined ? defaultShards(columns) : requireInteger("shards", shards, 1, MOST_SHARDS);
}
