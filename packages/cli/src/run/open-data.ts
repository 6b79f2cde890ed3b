/** The data of a run: opened, checked for room, and, where the run goes on, for being the same. */
import { existsSync } from "node:fs";
import { InputError } from "@scratch-nn/core";
import { type Dataset, type DatasetSize, isSourceName, openDataset, withValidation } from "@scratch-nn/data";
import { fingerprintOf } from "../disk/fingerprint.ts";
import { DATA_NAMES } from "../options/data-names.ts";
import { mirrors } from "../options/mirrors.ts";
import { tableOptionsOf } from "../options/table-flags.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { binsOf } from "../options/trial-flags.ts";
import { colorsFor, table, warning } from "../output/report.ts";
import { readingProgress } from "../reports/progress.ts";
import { describeMemory, type MemoryPlan, planMemory, requireMemory, requireRoom } from "./memory-plan.ts";
import { readingThreads } from "./reading-threads.ts";

/** The data that a run was trained on so far. */
export interface DataOfRun {
  readonly run: string;
  /** See fingerprint.ts; undefined where nothing is known but where they were. */
  readonly sha256: string | undefined;
  /** Whether the user says where they are now. */
  readonly isGiven: boolean;
  /** What names the run, in errors. Default: --resume. */
  readonly where?: string;
}

/** The data that a config was written for. */
export interface DataOfConfig {
  /** The place in it. */
  readonly where: string;
  readonly sha256: string;
  /** Whether flags on the command line say which data, and may well mean others. */
  readonly isOverridden: boolean;
}

export type KnownData = DataOfRun | DataOfConfig;

/** The flags that the data follow from. */
export const DATA_FLAGS = [...DATA_NAMES, "seed"] as const satisfies readonly (keyof TrainOptions)[];

export interface OpenedData {
  readonly dataset: Dataset;
  /** See fingerprint.ts. */
  readonly sha256: string;
}

/**
 * @param known what the data have to be: it is their content that counts, not where they are
 * @param signal ends a download
 * @param plan what is going to take memory
 * @throws InputError when they are others, are gone, or do not fit into memory
 */
export async function openData(
  options: TrainOptions,
  known: KnownData | undefined,
  signal: AbortSignal,
  plan: (size: DatasetSize) => MemoryPlan = (size) => planMemory(size, options),
): Promise<OpenedData> {
  const dataset = await open(options, signal, plan).catch((error: unknown) => {
    throw known === undefined || !("run" in known) || known.isGiven ? error : orGone(error, options.data, known);
  });
  const sha256 = await fingerprintOf(dataset);
  const { validationFraction: fraction, seed, folds } = options;
  // Each fold has its own.
  const parted = fraction === undefined || folds !== undefined ? dataset : withValidation(dataset, fraction, seed);
  if (known !== undefined && "run" in known) {
    requireSameData(known, sha256, options.data);
    return { dataset: parted, sha256 };
  }
  const differing = known === undefined ? [] : requireConfiguredData(known, sha256, options.data);
  return { dataset: { ...parted, remarks: [...shadowed(options.data), ...dataset.remarks, ...differing] }, sha256 };
}

async function open(
  options: TrainOptions,
  signal: AbortSignal,
  plan: (size: DatasetSize) => MemoryPlan,
): Promise<Dataset> {
  const reading = readingProgress(options.quiet);
  try {
    return await openDataset(options.data, {
      examples: options.examples,
      // Folds hold every example back once.
      testFraction: options.folds === undefined ? options.testFraction : 0,
      refits: options.folds !== undefined,
      label: options.label,
      task: options.task,
      clamp: options.clamp,
      scale: options.scale,
      drop: options.drop,
      categorical: options.categorical,
      numeric: options.numeric,
      bins: binsOf(options),
      ...tableOptionsOf(options),
      onGrow: requireRoom,
      signal,
      seed: options.seed,
      threads: readingThreads(options.workers),
      mirrors: mirrors(),
      onProgress: reading.show,
      onAllocate(size) {
        const memory = plan(size);
        const doubt = requireMemory(memory);
        if (doubt !== undefined) process.stderr.write(`${warning(doubt)}\n`);
        if (!options.quiet)
          process.stderr.write(`${table([["memory  ", describeMemory(memory)]], colorsFor(process.stderr))}\n`);
      },
    });
  } finally {
    reading.end();
  }
}

/** A name that means something built in, where something here has it, too. */
function shadowed(data: string): string[] {
  if (!isSourceName(data) || !existsSync(data)) return [];
  return [`${data} is the built-in one, not what is here under that name: for that pass --data ./${data}`];
}

/** Data that were there when the run began. */
function orGone(error: unknown, data: string, { run, sha256 }: DataOfRun): unknown {
  if (!(error instanceof InputError) || error.fault.where !== "--data") return error;
  const known = sha256 === undefined ? "" : ` (SHA-256 ${shortened(sha256)})`;
  return new InputError(
    {
      where: "--data",
      expected: `the data that ${run} was trained on${known}, where they were: ${data}`,
      found: error.fault.found,
      remedy: "pass --data with where they are now; they are known by their content",
    },
    { cause: error },
  );
}

function requireSameData({ run, sha256, isGiven, where }: DataOfRun, found: string, data: string): void {
  if (sha256 === undefined || sha256 === found) return;
  const otherwise = where === undefined ? ", or start a new run without --resume" : "";
  throw new InputError({
    where: isGiven ? "--data" : (where ?? "--resume"),
    expected: `the data that ${run} was trained on (SHA-256 ${shortened(sha256)})`,
    found: `other examples in ${data} (SHA-256 ${shortened(found)})`,
    remedy: `pass --data with where the same ones are now${otherwise}`,
  });
}

/** @returns a remark, where they differ and flags may have meant that */
function requireConfiguredData({ where, sha256, isOverridden }: DataOfConfig, found: string, data: string): string[] {
  if (sha256 === found) return [];
  if (isOverridden) return [`these are other examples than those of dataSha256 in the config (${shortened(sha256)})`];
  throw new InputError({
    where,
    expected: `the data of that SHA-256, ${shortened(sha256)}`,
    found: `other examples in ${data} (SHA-256 ${shortened(found)})`,
    remedy: "pass --data with where the same ones are now, or leave dataSha256 out to train on these",
  });
}

const shortened = (sha256: string): string => `${sha256.slice(0, 16)}...`;
