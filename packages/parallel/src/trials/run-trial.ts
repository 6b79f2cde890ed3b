/** Runs one trial on any thread: core's fit, then the outputs for the held-back columns. */
import { DivergenceError, type EpochReport, InputError, type Network, predict, training } from "@scratch-nn/core";
import { creatingNetwork, requireInteger, withParameters } from "@scratch-nn/core/engine";
import type { Trial, TrialData, TrialNetwork, TrialResult } from "./trial.ts";

/** The message to a trial's thread. */
export interface TrialJob {
  readonly data: TrialData;
  readonly trial: Trial;
  /** The trial's index, also in the two shared arrays below. */
  readonly place: number;
  /** [trials]: heartbeats, incremented while a trial runs. */
  readonly beats: Int32Array;
  /** [trials]: finished millionths of each trial's training. */
  readonly progress: Int32Array;
}

export type JobResult = Omit<TrialResult, "attempts"> | { readonly refused: string };

const MILLION = 1e6;
/** Columns that the network predicts at a time. */
const PORTION = 1024;

/**
 * Runs a trial.
 * @yields often, so that the thread can do other work
 * @returns the result, or the reason for a failure that a retry would repeat
 */
export function* runTrial(job: TrialJob): Generator<void, JobResult> {
  const working = trying(job);
  const { beats, place } = job;
  try {
    for (let step = working.next(); ; step = working.next()) {
      Atomics.add(beats, place, 1);
      if (step.done) return step.value;
      yield;
    }
  } catch (error) {
    if (error instanceof InputError || error instanceof DivergenceError) return { refused: error.message };
    throw error;
  }
}

function* trying(job: TrialJob): Generator<void, Omit<TrialResult, "attempts">> {
  const start = performance.now();
  const { trial } = job;
  const network = yield* creatingNetwork(trial.network);
  const { reports, kept } = yield* trained(network, job);
  const snapshots: TrialNetwork[] = [];
  for (const parameters of kept) snapshots.push(yield* heldAgainst(withParameters(network, parameters), job));
  const last = yield* heldAgainst(network, job);
  return { ...last, snapshots, reports, seconds: (performance.now() - start) / 1000 };
}

function* heldAgainst(network: Network, { data, trial }: TrialJob): Generator<void, TrialNetwork> {
  const outputs = yield* outputsOf(network, data, trial.heldBack, trial.fit.kernels);
  return { parameters: network.parameters, outputs };
}

interface Trained {
  readonly reports: readonly EpochReport[];
  /** The parameters of each snapshot. */
  readonly kept: readonly Float32Array[];
}

function* trained(network: Network, job: TrialJob): Generator<void, Trained> {
  const { data, trial, place, progress } = job;
  const { train, fit, validation } = trial;
  const wanted = snapshotsOf(trial);
  const kept: Float32Array[] = [];
  const onEpoch = ({ epoch }: EpochReport): void => {
    if (wanted.has(epoch)) kept.push(network.parameters.slice());
  };
  const work = training(
    network,
    { ...data, columns: train },
    {
      ...fit,
      ...(validation && { validation: { ...data, columns: validation } }),
      ...(wanted.size > 0 && { onEpoch }),
    },
  );
  const all = fit.epochs * train.length;
  try {
    let step = work.next();
    for (; !step.done; step = work.next()) {
      const { epoch, examples } = step.value;
      Atomics.store(progress, place, Math.floor((MILLION * ((epoch - 1) * train.length + examples)) / all));
      yield;
    }
    Atomics.store(progress, place, MILLION);
    return { reports: step.value.epochs, kept };
  } finally {
    // Releases the memory of a run that is given up.
    work.return(undefined as never);
  }
}

/** @throws InputError when the snapshots are not ascending or not before the last epoch */
function snapshotsOf({ snapshots = [], fit }: Trial): ReadonlySet<number> {
  for (const [i, epoch] of snapshots.entries()) {
    requireInteger(`snapshots[${i}]`, epoch, 1 + (snapshots[i - 1] ?? 0), fit.epochs - 1);
  }
  return new Set(snapshots);
}

/** Computes A[L] of some columns: [n[L], columns.length]. */
function* outputsOf(
  network: Network,
  { X, scale }: TrialData,
  columns: Uint32Array,
  kernels: Trial["fit"]["kernels"],
): Generator<void, Float32Array> {
  const [inputs, units] = [network.layers[0], network.layers.at(-1)!];
  const outputs = new Float32Array(units * columns.length);
  for (let first = 0; first < columns.length; first += PORTION) {
    const part = columns.subarray(first, first + PORTION);
    const Type = X.constructor as new (length: number) => Float32Array;
    const gathered = new Type(inputs * part.length);
    for (const [c, column] of part.entries()) {
      for (let i = 0; i < inputs; i++) gathered[c * inputs + i] = X[column * inputs + i];
    }
    const found = predict(network, gathered, { scale, ...(kernels === undefined ? {} : { kernels }) });
    outputs.set(found.outputs, units * first);
    yield;
  }
  return outputs;
}
