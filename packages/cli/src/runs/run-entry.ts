/**
 * Reads the state, the progress and the results of a folder among the runs. It trusts no content, and changes nothing.
 */
import { lstatSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { isCheckpoint } from "../checkpoint/checkpoint-store.ts";
import { PIECE_BYTES } from "../disk/pieces.ts";
import { readRegularFile } from "../disk/regular-file.ts";
import { ENVIRONMENT, readEnvironment } from "../record/environment.ts";
import { METRICS_CSV, readMetrics } from "../record/metrics-csv.ts";
import { CHECKPOINTS, isResult, leftoversIn, RESULTS, SWEEP } from "../run/new-folder.ts";
import { decodeConfig, type Reading } from "../run/read-config.ts";
import { holderOf, LOCK } from "../run/run-lock.ts";
import { CONFIG } from "../run/run-record.ts";
import { isTrial, TRIALS } from "../trials/trial-store.ts";
import { type Figure, figureOf } from "./figure.ts";

/**
 * - `running`: a process is at work there, or may be, on another machine
 * - `interrupted`: it can be resumed
 * - `damaged`: its config is not valid; `foreign`: no run's folder
 */
export type RunState = "running" | "finished" | "interrupted" | "damaged" | "foreign";

export interface RunEntry {
  readonly path: string;
  readonly name: string;
  readonly state: RunState;
  /** The reason for `damaged` or `foreign`. */
  readonly why?: string;
  /** The start time, as in 2026-01-31T12:00:00.000Z. */
  readonly when?: string | undefined;
  readonly data?: string | undefined;
  readonly dataSha256?: string | undefined;
  /** Layers, folds, recipe or sweep, in words. */
  readonly what?: string | undefined;
  /** Completed epochs and their total; a run of many trainings has neither. */
  readonly epochs?: { readonly done: number; readonly of: number } | undefined;
  readonly figure?: Figure | undefined;
  readonly weightsSha256?: string | undefined;
  /** The number of checkpoints, saved trials or results, from which an interrupted run resumes. */
  readonly states: number;
  readonly isSweep: boolean;
  /** The content of its files, for comparisons. */
  readonly config: Json;
  readonly metrics: Json;
  readonly environment: Json;
}

export type Json = Readonly<Record<string, unknown>>;

const NONE: Pick<RunEntry, "states" | "isSweep" | "config" | "metrics" | "environment"> = {
  states: 0,
  isSweep: false,
  config: {},
  metrics: {},
  environment: {},
};

/** The folders in a folder, by name. @throws the file system's error */
export async function runsIn(folder: string): Promise<RunEntry[]> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
    .map(({ name }) => name)
    .sort();
  const entries: RunEntry[] = [];
  for (const name of names) entries.push(await readRun(join(folder, name)));
  return entries;
}

/** Reads a run's folder; never throws. */
export async function readRun(path: string): Promise<RunEntry> {
  const own = { path, name: basename(path), ...NONE };
  const kind = kindWithoutLinks(path);
  if (kind !== "folder") return { ...own, state: "foreign", why: kind === "link" ? "a link" : "no folder" };
  try {
    if (kindWithoutLinks(join(path, SWEEP)) === "file") return await readSweep(own);
    if (kindWithoutLinks(join(path, CONFIG)) === "file") return await readTraining(own);
    return { ...own, ...withoutConfig(path) };
  } catch (error) {
    const why = error instanceof InputError ? describeFault(error) : String(error);
    return { ...own, state: "damaged", why };
  }
}

const READING: Reading = { where: "runs", remedy: "remove it by hand", otherwise: "check the path" };

function describeFault({ fault: { where, expected, found } }: InputError): string {
  return `${where.replace(`${READING.where}: `, "")}: expected ${expected}, found ${found}`;
}

/** The kind of a path; a link counts as a link, whatever its target. */
export function kindWithoutLinks(path: string): "file" | "folder" | "link" | "other" | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return "link";
  return stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other";
}

/** A run that was killed before it wrote its config still counts as a run. */
function withoutConfig(path: string): Pick<RunEntry, "state" | "why"> {
  const names = readdirSync(path).filter((name) => name !== LOCK);
  if (names.length > 0 && names.length === leftoversIn(path).length) return { state: isHeld(path) ?? "interrupted" };
  return { state: "foreign", why: names.length === 0 ? "empty" : `no ${CONFIG}` };
}

function isHeld(path: string): "running" | undefined {
  return holderOf(path) === undefined ? undefined : "running";
}

async function readTraining(own: Pick<RunEntry, "path" | "name"> & typeof NONE): Promise<RunEntry> {
  const { path } = own;
  const bytes = await readSmall(join(path, CONFIG));
  const kept = decodeConfig(bytes, CONFIG, READING);
  const config = JSON.parse(bytes.toString("utf8")) as Json;
  const metrics = await readJson(join(path, "metrics.json"));
  const environment = (await readEnvironment(path)) ?? {};
  const rows = await readRows(path);
  const isMany = kept.folds !== undefined || kept.recipe !== undefined;
  const done = rows?.length ?? numberIn(metrics, "epochs") ?? 0;
  const isAtEnd = isMany || done >= kept.epochs || metrics["stoppedEarly"] === true;
  const state = isHeld(path) ?? (metrics["completed"] === true && isAtEnd ? "finished" : "interrupted");
  const layers = Array.isArray(config["layers"]) ? config["layers"] : undefined;
  return {
    ...own,
    state,
    when: beganAt(path, environment),
    data: basename(kept.data),
    dataSha256: kept.dataSha256,
    what: isMany ? describeMany(kept) : `${(layers ?? kept.hidden).join("-")} ${kept.activation}`,
    ...(isMany ? {} : { epochs: { done, of: kept.epochs } }),
    figure: figureOf(metrics, rows?.at(-1)),
    weightsSha256: textIn(metrics, "weightsSha256"),
    states: countIn(path, CHECKPOINTS, isCheckpoint) + countIn(path, TRIALS, isTrial),
    config,
    metrics,
    environment,
  };
}

async function readSweep(own: Pick<RunEntry, "path" | "name"> & typeof NONE): Promise<RunEntry> {
  const { path } = own;
  const config = JSON.parse((await readSmall(join(path, SWEEP))).toString("utf8")) as Json;
  const metrics = await readJson(join(path, "table.json"));
  const best = (metrics["best"] ?? {}) as Json;
  const [search, data] = [textIn(config, "search"), textIn(config, "data")];
  return {
    ...own,
    isSweep: true,
    state: isHeld(path) ?? (metrics["completed"] === true ? "finished" : "interrupted"),
    when: beganAt(path, {}),
    data: data && basename(data),
    dataSha256: textIn(config, "dataSha256"),
    what: `sweep, ${search ?? "of runs"}`,
    figure: figureOf(best, undefined),
    weightsSha256: textIn(best, "weightsSha256"),
    states: countIn(path, RESULTS, isResult),
    config,
    metrics: { ...metrics, ...best },
  };
}

function describeMany({ folds, recipe, hidden }: ReturnType<typeof decodeConfig>): string {
  const how = recipe === undefined ? hidden.join("-") : `recipe ${recipe}`;
  return folds === undefined ? how : `${folds} folds, ${how}`;
}

function beganAt(path: string, environment: Json): string {
  const earlier = environment["earlier"];
  const first = (Array.isArray(earlier) ? (earlier.at(-1) as Json | undefined) : undefined) ?? environment;
  const started = textIn(first, "started");
  if (started !== undefined && !Number.isNaN(Date.parse(started))) return new Date(started).toISOString();
  const name = [CONFIG, SWEEP, ENVIRONMENT].find((each) => kindWithoutLinks(join(path, each)) === "file");
  return lstatSync(name === undefined ? path : join(path, name)).mtime.toISOString();
}

async function readRows(path: string) {
  const file = join(path, METRICS_CSV);
  return kindWithoutLinks(file) === "file" ? readMetrics((await readSmall(file)).toString("latin1")).rows : undefined;
}

/** Treats invalid JSON like a missing file, so that the run counts as interrupted. */
async function readJson(path: string): Promise<Json> {
  if (kindWithoutLinks(path) !== "file") return {};
  try {
    const value: unknown = JSON.parse((await readSmall(path)).toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Json) : {};
  } catch {
    return {};
  }
}

const MOST_BYTES = 2 ** 28;

const readSmall = (path: string): Promise<Buffer> => readRegularFile(path, PIECE_BYTES, MOST_BYTES);

function countIn(path: string, folder: string, isOwn: (name: string) => boolean): number {
  const inner = join(path, folder);
  return kindWithoutLinks(inner) === "folder" ? readdirSync(inner).filter(isOwn).length : 0;
}

export function numberIn(json: Json, key: string): number | undefined {
  const value = json[key];
  return typeof value === "number" ? value : undefined;
}

export function textIn(json: Json, key: string): string | undefined {
  const value = json[key];
  return typeof value === "string" ? value : undefined;
}
