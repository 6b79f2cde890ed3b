/** `report`: reads a run and its data again, and evaluates the model. */
import { join, resolve } from "node:path";
import { InputError } from "@scratch-nn/core";
import { STANDARD_INPUT } from "@scratch-nn/data";
import { PAGE_BEGINNING, type RunReport, renderReport } from "@scratch-nn/report";
import { Command } from "commander";
import { writeDurably } from "../disk/durable.ts";
import { kindOf } from "../disk/regular-file.ts";
import { nameWithin, requireWrittenPlace } from "../disk/written-place.ts";
import { THOROUGHLY } from "../findings/findings.ts";
import { readMetrics } from "../findings/kept-metrics.ts";
import { reportAsJson, reportText } from "../findings/report-text.ts";
import { readModelFile } from "../inference/model-file.ts";
import { addTrainOptions, type TrainOptions } from "../options/train-options.ts";
import { FailureError } from "../output/exit.ts";
import { printable, printableJson } from "../output/printable.ts";
import { colorsFor, warning } from "../output/report.ts";
import { print } from "../output/stdout.ts";
import { Interrupts } from "./interrupts.ts";
import { openData } from "./open-data.ts";
import { readConfig } from "./read-config.ts";
import { REPORT, reportOf } from "./write-report.ts";

export interface ReportRunOptions {
  readonly data?: string;
  readonly out?: string;
  readonly open?: boolean;
  readonly workers: number;
  readonly json: boolean;
  readonly quiet: boolean;
}

/**
 * @param run the folder of a run
 * @throws InputError when the folder is no run's, has no model, or its data have changed
 */
export async function reportRun(run: string, options: ReportRunOptions): Promise<void> {
  if (options.out !== undefined && nameWithin(run, options.out) !== REPORT) {
    const written = { where: "--out", what: "a report", example: REPORT, beginning: PAGE_BEGINNING };
    requireWrittenPlace(options.out, written);
  }
  const interrupts = new Interrupts();
  interrupts.whileReading("stopped before there was a report");
  try {
    const report = await lookAt(run, options, interrupts.signal);
    await interrupts.goOn();
    const path = options.out ?? join(run, REPORT);
    await writePage(path, renderReport(report));
    if (options.json) await print(`${printableJson(reportAsJson(report, path))}\n`);
    else if (options.out === undefined) {
      await print(`${reportText(report, colorsFor(process.stdout))}\n\nreport in  ${printable(path)}\n`);
    } else if (!options.quiet) process.stderr.write(`report in ${printable(path)}\n`);
    if (options.open ?? isOnDesktop(options)) await openPage(path);
  } finally {
    interrupts.dispose();
  }
}

async function lookAt(run: string, options: ReportRunOptions, signal: AbortSignal): Promise<RunReport> {
  const remedy = "pass the folder of a run that ended, with its config.json and its model.safetensors";
  const { dataSha256, ...config } = await readConfig(run, { where: "<run>", remedy, otherwise: remedy });
  if (config.folds !== undefined && kindOf(join(run, "model.safetensors")) === undefined)
    throw noModelOfFolds(run, config.folds);
  const { model } = await readModelFile(run);
  const metrics = await readMetrics(run);
  const { data = config.data, workers, quiet } = options;
  if (data === STANDARD_INPUT && process.stdin.isTTY) throw readFromInput(run);
  const defaults = addTrainOptions(new Command("train")).opts<TrainOptions>();
  const settled: TrainOptions = { ...defaults, ...config, data, workers, quiet };
  const known = { run, sha256: dataSha256, isGiven: options.data !== undefined, where: "<run>" };
  const { dataset } = await openData(settled, known, signal);
  const whole = { ...settled, data: config.data };
  return reportOf({ path: run, options: whole, dataset, dataSha256, model, metrics }, THOROUGHLY);
}

function readFromInput(run: string): InputError {
  return new InputError({
    where: "--data",
    expected: `the data that ${run} was trained on, from standard input as then`,
    found: "a terminal there",
    remedy: "pipe them in again, or pass --data with where they are now",
  });
}

function noModelOfFolds(run: string, folds: number): InputError {
  return new InputError({
    where: "<run>",
    expected: "a run with a model",
    found: `${run}, whose ${folds} folds are there to tell what a model would be worth`,
    remedy: "see its metrics.json, or train with --ensemble, or without --folds",
  });
}

async function writePage(path: string, page: string): Promise<void> {
  try {
    await writeDurably(path, page);
  } catch (cause) {
    throw new FailureError(`the report could not be written to ${resolve(path)}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Whether the user is at a terminal on a screen that can show pages. */
function isOnDesktop({ json, quiet }: ReportRunOptions): boolean {
  if (json || quiet || process.stdout.isTTY !== true || process.stdin.isTTY !== true) return false;
  const { env, platform } = process;
  if (env["CI"] !== undefined || env["SSH_CONNECTION"] !== undefined) return false;
  return platform === "darwin" || platform === "win32" || Boolean(env["DISPLAY"] ?? env["WAYLAND_DISPLAY"]);
}

/** Prints a note when there is no browser; this is no failure, since the page exists. */
async function openPage(path: string): Promise<void> {
  try {
    const { default: open } = await import("open");
    const started = await open(resolve(path));
    started.on("error", (error) => process.stderr.write(`${warning(`no browser: ${error.message}`)}\n`));
  } catch (error) {
    process.stderr.write(`${warning(`no browser: ${(error as Error).message}`)}\n`);
  }
}
