/** Opens a run's data and checks their size. For a resumed run, it also checks that they are the same data. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { type Dataset, type DatasetSize, isSourceName, openDataset, withValidation } from "@scratch-nn/data";
import { fingerprintOf } from "../disk/fingerprint.ts";
import { DATA_NAMES } from "../options/data-names.ts";
import { mirrors } from "../options/mirrors.ts";
import { tableOptionsOf } from "../options/table-flags.ts";
import type { TrainOptions } from "../options/train-options.ts";
import { binsOf } from "../options/trial-flags.ts";
import { colorsFor, table, warning } from "../output/report.ts";
import { shellPath } from "../output/shell.ts";
import { METRICS_CSV } from "../record/metrics-csv.ts";
import { readingProgress } from "../reports/progress.ts";
import { describeMemory, type MemoryPlan, planMemory, requireMemory, requireRoom } from "./memory-plan.ts";
import { readingThreads } from "./reading-threads.ts";
import { CONFIG } from "./run-record.ts";

/** The data that a run was trained on so far. */
export interface DataOfRun {
  readonly run: string;
  /** See fingerprint.ts; undefined where only the location is known. */
  readonly sha256: string | undefined;
  /** Whether the user names the data's current location. */
  readonly isGiven: boolean;
  /** Names the run in errors. Default: --resume. */
  readonly where?: string;
}

/** The data that a config was written for. */
export interface DataOfConfig {
  /** The hash's place in the config. */
  readonly where: string;
  readonly sha256: string;
  /** Whether flags on the command line select data, which may then differ on purpose. */
  readonly isOverridden: boolean;
}

export type KnownData = DataOfRun | DataOfConfig;

/** The flags that determine the data. */
export const DATA_FLAGS = [...DATA_NAMES, "seed"] as const satisfies readonly (keyof TrainOptions)[];

export interface OpenedData {
  readonly dataset: Dataset;
  /** See fingerprint.ts. */
  readonly sha256: string;
}

/**
 * @param known the required data, identified by content, not by location
 * @param signal ends a download
 * @param plan estimates the memory
 * @throws InputError when the data differ, are gone, or do not fit into memory
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
  // Each fold has its own validation part.
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
  requireNoRun(options.data);
  const reading = readingProgress(options.quiet);
  try {
    return await openDataset(options.data, {
      examples: options.examples,
      // With folds, every example is held back once.
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

/** @throws InputError for a run's folder, whose metrics.csv would pass for a table */
function requireNoRun(data: string): void {
  if (isSourceName(data) || ![CONFIG, METRICS_CSV].every((name) => existsSync(join(data, name)))) return;
  throw new InputError({
    where: "--data",
    expected: "data: a table, images or one of the built-in names",
    found: `${data}, the folder of a run`,
    remedy: `pass what to learn from; to go on with the run, pass --resume ${shellPath(data)}, to repeat it, --config`,
  });
}

/** Remarks that a built-in name hides a file of the same name. */
function shadowed(data: string): string[] {
  if (!isSourceName(data) || !existsSync(data)) return [];
  return [`${data} is the built-in one, not what is here under that name: for that pass --data ./${data}`];
}

/** Replaces an error about missing data that were there when the run began. */
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

/** @returns a remark where the data differ and flags may have intended that */
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
