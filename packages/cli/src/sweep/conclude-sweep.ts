/** Prints a sweep's results: its table, its best run, and the command that trains that run. */
import type { Evaluation } from "@scratch-nn/core";
import type { Dataset } from "@scratch-nn/data";
import type { Command } from "commander";
import type { TrainOptions } from "../options/train-options.ts";
import { FailureError } from "../output/exit.ts";
import { printable, printableJson } from "../output/printable.ts";
import {
  type Colors,
  colorsFor,
  counted,
  countedInThousands,
  percent,
  remark,
  table,
  thousands,
  warning,
} from "../output/report.ts";
import { shellPath } from "../output/shell.ts";
import { print } from "../output/stdout.ts";
import type { Interrupts } from "../run/interrupts.ts";
import type { RunFolder } from "../run/run-folder.ts";
import { type BestNetwork, bestNetwork } from "./best-network.ts";
import { commandOf } from "./command-of.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import { figuresOf, measureFor, type RunResult, tableOf } from "./results.ts";
import { type RungResults, withEpochs } from "./run-rungs.ts";
import type { SweepOptions } from "./sweep-options.ts";
import { sweepTable } from "./sweep-table.ts";

/** A sweep with all or some of its runs completed. */
export interface FinishedSweep {
  readonly command: Command;
  readonly folder: RunFolder;
  readonly plan: SweepPlan;
  readonly dataset: Dataset;
  /** The hash of the dataset, see fingerprint.ts. */
  readonly sha256: string;
  readonly found: RungResults;
  readonly seconds: number;
}

/** The best run, and the network of its settings. */
interface Best {
  readonly row: RunResult;
  readonly command: string;
  /** Undefined where a signal came before its end. */
  readonly network: BestNetwork | undefined;
}

/**
 * Prints the table, evaluates the best run's network on the test part, which was unused so far, and saves everything.
 * @throws FailureError when all runs failed
 */
export async function concludeSweep(sweep: FinishedSweep, interrupts: Interrupts): Promise<void> {
  const { command, folder, plan, dataset, found } = sweep;
  const { by, json, quiet } = command.opts<SweepOptions>();
  const rows = tableOf(found.results, measureFor(dataset, by));
  if (!json) await print(`${sweepTable(plan, rows, colorsFor(process.stdout)).join("\n")}\n`);
  const isStopped = (): boolean => interrupts.exitCode !== undefined;
  const best = isStopped() ? undefined : await bestOf(sweep, rows, interrupts);
  const isDone = !isStopped() && found.isWhole;
  const summary = asJson(sweep, rows, best, isDone);
  if (!isStopped()) {
    await folder.write(
      { ...best?.network?.files, "table.json": `${JSON.stringify(summary, null, 2)}\n` },
      "the runs are kept",
    );
  }
  process.exitCode = interrupts.exitCode;
  if (json) await print(`${printableJson(summary)}\n`);
  else if (best !== undefined) await print(`\n${describeBest(sweep, best)}\n`);
  const goOn = `go on with: pnpm sweep --resume ${shellPath(folder.path)}`;
  const done = `${found.results.flat().length} of ${counted(plan.candidates.length, "run")} done`;
  if (isStopped()) process.stderr.write(`stopped with ${done}\n${goOn}\n`);
  else if (rows.length > 0 && !rows.some((row) => figuresOf(row))) throw allFailed(rows);
  else if (!found.isWhole && !quiet) process.stderr.write(`${remark(`the time is over, with ${done}; ${goOn}`)}\n`);
}

async function bestOf(
  sweep: FinishedSweep,
  rows: readonly RunResult[],
  interrupts: Interrupts,
): Promise<Best | undefined> {
  const row = rows.find((each) => figuresOf(each));
  if (row === undefined) return undefined;
  const { command, plan, dataset, sha256, found } = sweep;
  const { validationFraction, workers, kernels } = command.opts<SweepOptions>();
  const { options } = withEpochs(plan.candidates[row.run - 1], row.epochs);
  const isHalving = plan.rungs.length > 1;
  const settings = { ...plan.fixed, ...row.settings, ...(isHalving ? { epochs: String(row.epochs) } : {}) };
  const line = commandOf(command, { ...settings, validationFraction: String(validationFraction) });
  const tell = (text: string): void => void process.stderr.write(`${warning(text)}\n`);
  const isHere = found.best?.result.run === row.run && found.best.result.epochs === row.epochs;
  const network = await bestNetwork(
    dataset,
    { ...options, workers, kernels },
    {
      parameters: isHere ? found.best?.parameters : undefined,
      sha256,
      signal: interrupts.signal,
      onRetry: ({ worker, reason }) => tell(`worker ${worker} ${reason}`),
      onShortage: ({ reason }) => tell(reason),
    },
  );
  return { row, command: line, network };
}

function asJson(
  { command, folder, plan, dataset, found, seconds }: FinishedSweep,
  rows: readonly RunResult[],
  best: Best | undefined,
  completed: boolean,
) {
  const { by, validationFraction, seed } = command.opts<SweepOptions>();
  return {
    data: dataset.name,
    search: plan.search,
    by: measureFor(dataset, by),
    seed,
    validationFraction,
    examples: dataset.train.length,
    validationExamples: dataset.validation!.length,
    runs: plan.candidates.length,
    done: found.results.flat().length,
    completed,
    seconds,
    table: rows.map((row) => ({ run: row.run, settings: valuesOf(plan, row), epochs: row.epochs, ...row.outcome })),
    best: best === undefined ? null : bestAsJson(plan, best),
    out: folder.path,
  };
}

/** The settings as a config contains them, with numbers and lists. */
function valuesOf({ candidates }: SweepPlan, { run, settings }: RunResult): Readonly<Record<string, unknown>> {
  const { options } = candidates[run - 1];
  return Object.fromEntries(Object.keys(settings).map((key) => [key, options[key as keyof TrainOptions]]));
}

function bestAsJson(plan: SweepPlan, { row, command, network }: Best) {
  const { run, epochs } = row;
  const settings = valuesOf(plan, row);
  if (network === undefined) return { run, settings, epochs, command };
  const { test, weightsSha256 } = network;
  const figures = { testLoss: test?.loss ?? null, testAccuracy: test?.accuracy ?? null };
  return { run, settings, epochs, command, ...figures, weightsSha256 };
}

function describeBest({ folder, dataset }: FinishedSweep, { row, command, network }: Best): string {
  const colors = colorsFor(process.stdout);
  const [learnt, all] = [dataset.train.length, dataset.train.length + dataset.validation!.length];
  const rows: [string, string][] = [["best", `run ${row.run}`]];
  if (network !== undefined) {
    const { test, weightsSha256 } = network;
    rows.push(describeTest(test, colors), ["weights SHA-256", weightsSha256], ["saved in", printable(folder.path)]);
  }
  const on = `learns from ${countedInThousands(learnt, "example")}; without --validation-fraction, from all ${thousands(all)}`;
  rows.push(["the same again", command], ["", on]);
  return table(rows, colors);
}

function describeTest(test: Evaluation | undefined, colors: Colors): [string, string] {
  if (test === undefined) return ["test", "no test examples"];
  const { accuracy, errors, loss } = test;
  if (accuracy !== undefined) return ["test accuracy", colors.bold(percent(accuracy))];
  if (errors?.length !== 1 || Number.isNaN(errors[0].r2)) return ["test loss", colors.bold(loss.toFixed(4))];
  return ["test R2", `${colors.bold(errors[0].r2.toFixed(4))}, loss ${loss.toFixed(4)}`];
}

function allFailed(rows: readonly RunResult[]): FailureError {
  const { outcome } = rows[0];
  const reason = "failure" in outcome ? outcome.failure : "";
  return new FailureError(`no run of ${rows.length} came to anything; the first: ${reason}`);
}
