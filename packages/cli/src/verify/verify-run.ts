/** Trains a run again from its folder, and checks that the bits agree. */
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";
import { configOf, hasTrials, optionsToResume, trialsConfigOf } from "../options/run-config.ts";
import type { GivenOptions, TrainOptions } from "../options/train-options.ts";
import { counted, remark } from "../output/report.ts";
import { type OpenedData, openData } from "../run/open-data.ts";
import { outcomeOf } from "../run/outcome-of.ts";
import { requireInput } from "../run/resume.ts";
import type { RunFiles } from "../run/run-folder.ts";
import { CONFIG, configText } from "../run/run-record.ts";
import { Difference, otherwise } from "./difference.ts";
import { type KeptRun, readKeptRun } from "./kept-run.ts";
import { checkpointPaths, describeMoment, type KeptState, keptState, readCheckpoint } from "./kept-states.ts";
import { type Stoppable, type Stretch, trainAgain } from "./verify-training.ts";
import { doTrialsAgain } from "./verify-trials.ts";

export interface VerifyOptions {
  readonly workers: number;
  readonly kernels: TrainOptions["kernels"];
  /** The data's current location; undefined for the original one. */
  readonly data?: string;
  /**
   * Verifies the stretch from this checkpoint to the next, counted from 1 for the oldest; undefined for the whole run.
   */
  readonly fromCheckpoint?: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** What was compared and found equal. */
export interface Agreement {
  readonly epochs: number;
  readonly checkpoints: number;
  readonly trials: number;
  /** Names of the files that were computed again, to the same bytes. */
  readonly files: readonly string[];
  /** The verified stretch, in words. */
  readonly stretch: string;
}

/**
 * @throws Difference where the bits do not agree
 * @throws InputError where there is nothing to compare, or the data are gone
 */
export async function verifyRun(path: string, options: VerifyOptions, interrupts: Stoppable): Promise<Agreement> {
  const kept = await readKeptRun(path);
  const trainOptions = optionsOf(kept, options);
  const isOfTrials = hasTrials(trainOptions);
  if (isOfTrials && options.fromCheckpoint !== undefined) throw noCheckpoints(kept);
  const stretch = await stretchOf(kept, options.fromCheckpoint);
  if (!isOfTrials) requireSomething(kept, stretch);
  const opened = await openSame(kept, trainOptions, options, interrupts);
  return isOfTrials
    ? await verifyTrials(kept, trainOptions, opened)
    : await verifyTraining({ kept, options: trainOptions, opened, stretch, interrupts });
}

interface ToVerify {
  readonly kept: KeptRun;
  readonly options: TrainOptions;
  readonly opened: OpenedData;
  readonly stretch: Stretch;
  readonly interrupts: Stoppable;
}

async function verifyTraining({ kept, options, opened, stretch, interrupts }: ToVerify): Promise<Agreement> {
  const { dataset, sha256 } = opened;
  const words = `${kept.isSweep ? "the sweep's best run " : ""}${describeStretch(stretch)}`;
  if (!options.quiet) process.stderr.write(`${remark(`training again ${words}`)}\n`);
  const again = await trainAgain(kept, options, dataset, stretch, interrupts);
  const { plan, network, epochs, checkpoints, models, weightsSha256 } = again;
  const expected = kept.metrics?.weightsSha256;
  if (weightsSha256 !== undefined && expected !== undefined && weightsSha256 !== expected) {
    const what = otherwise(`weights of SHA-256 ${expected}`, weightsSha256);
    throw new Difference(join(kept.path, "metrics.json"), what);
  }
  const config = { ...configOf(options, plan.shards), data: kept.config.data };
  const text = configText(config, computedBy(kept), outcomeOf(dataset, network, sha256));
  const files = await requireSameFiles(kept, { [CONFIG]: text, ...models });
  return { epochs, checkpoints, trials: 0, files, stretch: words };
}

async function verifyTrials(kept: KeptRun, options: TrainOptions, opened: OpenedData): Promise<Agreement> {
  const { dataset, sha256 } = opened;
  const trials = await doTrialsAgain(kept, options, { dataset, fingerprint: sha256 });
  const config = { ...trialsConfigOf(options), data: kept.config.data };
  const text = configText(config, computedBy(kept), { classes: dataset.classes, dataSha256: sha256 });
  // Older runs list the notes' flags beside the recipe.
  const isOld = kept.config.recipe !== undefined && "hidden" in (JSON.parse(kept.configText) as object);
  const files = await requireSameFiles(kept, { ...(isOld ? {} : { [CONFIG]: text }), ...trials.files });
  const stretch = trials.files === undefined ? `${trials.same} of ${counted(trials.of, "trial")}` : "all trials";
  return { epochs: 0, checkpoints: 0, trials: trials.same, files, stretch };
}

function optionsOf({ path, config }: KeptRun, { workers, kernels, data, json, quiet }: VerifyOptions): TrainOptions {
  const given: GivenOptions = {
    ...config,
    ...(data === undefined ? {} : { data }),
    workers,
    kernels,
    update: "auto",
    checkpointEvery: { seconds: 30 },
    keepCheckpoints: 2,
    json,
    quiet,
  };
  return optionsToResume(path, config, new Set(data === undefined ? [] : ["data"]), given);
}

/** @throws InputError where the checkpoint does not exist, or nothing follows it */
async function stretchOf(kept: KeptRun, from: number | undefined): Promise<Stretch> {
  const paths = await checkpointPaths(kept.path);
  if (from === undefined) {
    const states: KeptState[] = [];
    for (const path of paths) states.push(keptState(path, await readCheckpoint(path, kept)));
    return { from: undefined, states, toEnd: kept.isFinished };
  }
  const [path, next] = paths.slice(from - 1);
  if (path === undefined || next === undefined) {
    throw new InputError({
      where: "--from-checkpoint",
      expected:
        paths.length < 2 ? "a run with two checkpoints" : `a number from 1 to ${paths.length - 1}, with one behind it`,
      found: `${from}, and ${counted(paths.length, "checkpoint")} in ${kept.path}`,
      remedy: "leave it out to verify the whole run; --keep-checkpoints keeps more of them while it trains",
    });
  }
  const states = [keptState(next, await readCheckpoint(next, kept))];
  return { from: await readCheckpoint(path, kept), states, toEnd: false };
}

function describeStretch({ from, toEnd, states }: Stretch): string {
  const begin = from === undefined ? "the beginning" : describeMoment(from.position);
  const last = states.at(-1);
  const end = toEnd ? "its end" : last === undefined || from === undefined ? "where it stopped" : describeMoment(last);
  return `from ${begin} to ${end}`;
}

function requireSomething({ path, rows, isFinished }: KeptRun, { states }: Stretch): void {
  if (isFinished || rows.length > 0 || states.length > 0) return;
  throw new InputError({
    where: "verify",
    expected: "a run that has kept an epoch or a checkpoint",
    found: `neither in ${path}`,
    remedy: "go on with it first: pnpm train --resume",
  });
}

function noCheckpoints({ path }: KeptRun): InputError {
  return new InputError({
    where: "--from-checkpoint",
    expected: "a run of one training",
    found: `${path}, which is made of many and keeps these whole, not their checkpoints`,
    remedy: "leave it out: each training that was kept is done again and compared",
  });
}

/** @throws Difference where the data have other content; their location may differ */
async function openSame(
  { path, config }: KeptRun,
  options: TrainOptions,
  { data }: VerifyOptions,
  interrupts: Stoppable,
): Promise<OpenedData> {
  if (data === undefined) requireInput(path, options.data);
  const known = { run: path, sha256: undefined, isGiven: data !== undefined };
  const opened = await openData(options, known, interrupts.signal);
  const { dataSha256 } = config;
  if (dataSha256 === undefined || dataSha256 === opened.sha256) return opened;
  const [kept, found] = [dataSha256, opened.sha256].map((sha256) => `examples of SHA-256 ${sha256.slice(0, 16)}...`);
  throw new Difference(`the data, ${options.data},`, `the run had ${kept}, and there are ${found} now`);
}

/** The run's threads and kernels, which change no bit. */
function computedBy({ configText: text }: KeptRun): Pick<TrainOptions, "workers" | "kernels"> {
  return JSON.parse(text) as Pick<TrainOptions, "workers" | "kernels">;
}

/** @throws Difference naming the first file with other bytes */
async function requireSameFiles({ path: run, configText: text }: KeptRun, files: RunFiles): Promise<string[]> {
  const same: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(run, name);
    const isThere = kindOf(path) !== undefined;
    if (content === undefined) {
      if (isThere) throw new Difference(path, "it is there, and the run keeps none");
      continue;
    }
    if (!isThere) throw new Difference(path, "it is not there");
    const kept = name === CONFIG ? Buffer.from(text) : await readRegularFile(path);
    const again = Buffer.from(content);
    if (!kept.equals(again)) throw otherBytes(path, kept, again);
    same.push(name);
  }
  return same;
}

function otherBytes(path: string, kept: Buffer, found: Buffer): Difference {
  const at = kept.findIndex((byte, i) => byte !== found[i]);
  const place = at < 0 ? Math.min(kept.length, found.length) : at;
  const isText = path.endsWith(".json");
  const around = (bytes: Buffer): string =>
    isText ? JSON.stringify(bytes.toString("utf8", place, place + 16)) : bytes.toString("hex", place, place + 8);
  return new Difference(path, `at byte ${place}, ${otherwise(around(kept), around(found))}`);
}
