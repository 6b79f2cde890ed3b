/** Shows progress on stderr: a bar on a terminal, a few lines elsewhere, nothing when quiet. */
import type { EpochReport, FitProgress, ValidationFigures } from "@scratch-nn/core";
import type { TrainingPlan } from "@scratch-nn/core/engine";
import { type Bar, startBar } from "../output/bar.ts";
import { duration } from "../output/duration.ts";
import { percent, thousands } from "../output/report.ts";
import { examplesUpTo } from "./train-report.ts";

/** The progress of a training run. */
export interface TrainingProgress {
  during(progress: FitProgress): void;
  after(report: EpochReport): void;
  /** Prints a line above the bar. */
  say(line: string): void;
  /** Removes the bar; nothing is shown after it. Idempotent. */
  end(): void;
}

/** The number of progress lines where there is no terminal. */
const LINES = 10;

/** The time between two redraws of the bar. */
const REDRAW_MILLISECONDS = 100;

/** @param quiet whether to suppress everything but `say` */
export function trainingProgress(plan: TrainingPlan, quiet: boolean): TrainingProgress {
  const { epochs } = plan;
  const examples = plan.examples.columns.length;
  const before = examplesUpTo(plan, plan.from);
  if (quiet) return { during() {}, after() {}, say, end() {} };
  return process.stderr.isTTY ? bar(epochs, examples, before) : lines(epochs, examples, before);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function describe(report: EpochReport): string {
  const figures = ({ loss, accuracy }: ValidationFigures, kind: string): string =>
    `loss ${loss.toFixed(4)}${accuracy === undefined ? "" : `, ${kind}accuracy ${percent(accuracy)}`}`;
  const { validation } = report;
  const after = validation === undefined ? "" : `; validation ${figures(validation, "")}`;
  return `${figures(report, "train ")}${after}`;
}

/** @param before the number of examples that an earlier process computed */
function speedometer(
  examples: number,
  before: number,
): (progress: FitProgress) => { readonly perSecond: number; readonly seconds: number; readonly done: number } {
  const start = performance.now();
  return ({ epoch, examples: inEpoch }) => {
    const seconds = (performance.now() - start) / 1000;
    const done = (epoch - 1) * examples + inEpoch;
    return { perSecond: (done - before) / Math.max(seconds, 1e-9), seconds, done };
  };
}

function bar(epochs: number, examples: number, before: number): TrainingProgress {
  const speed = speedometer(examples, before);
  const total = epochs * examples;
  const epochOf = (epoch: number): string => `epoch ${epoch}/${epochs}`;
  let figures: Figures = { long: "loss ...", short: "loss ..." };
  const display = startBar(total, before, [[epochOf(1), figures.long]]);
  let drawn = 0;
  const draw = (progress: FitProgress): void => {
    const now = performance.now();
    if (now - drawn < REDRAW_MILLISECONDS) return;
    drawn = now;
    const { perSecond, done } = speed(progress);
    const [epoch, rate] = [epochOf(progress.epoch), `${thousands(perSecond)} examples/s`];
    const left = `${perSecond > 0 ? duration((total - done) / perSecond) : "..."} left`;
    display.draw(done, [
      [epoch, figures.long, rate, left],
      [epoch, figures.long, left],
      [epoch, figures.short, left],
      [epoch, left],
      [epoch],
    ]);
  };
  return {
    during: draw,
    after(report) {
      const { loss, validation } = report;
      const short = validation === undefined ? "" : `, validation ${validation.loss.toFixed(4)}`;
      figures = { long: describe(report), short: `loss ${loss.toFixed(4)}${short}` };
      draw({ epoch: report.epoch, examples });
    },
    say(line) {
      // Overwrites the bar, which is drawn again below the line.
      process.stderr.write("\r\u001b[K");
      say(line);
    },
    end: display.end,
  };
}

/** The figures of the training part, for a wide terminal and for a narrow one. */
interface Figures {
  readonly long: string;
  readonly short: string;
}

function lines(epochs: number, examples: number, before: number): TrainingProgress {
  const speed = speedometer(examples, before);
  let printed = Math.floor((Math.floor(before / examples) * LINES) / epochs);
  return {
    during() {},
    after(report) {
      if (Math.floor((report.epoch * LINES) / epochs) === printed) return;
      printed = Math.floor((report.epoch * LINES) / epochs);
      const { perSecond } = speed({ epoch: report.epoch, examples });
      process.stderr.write(
        `epoch ${report.epoch}/${epochs}  ${describe(report)}, ${thousands(perSecond)} examples/s\n`,
      );
    },
    say,
    end() {},
  };
}

/** A bar for reading, drawing or downloading; shown on a terminal only. */
export function readingProgress(quiet: boolean): {
  show(what: string, progress: { readonly done: number; readonly total: number | undefined }): void;
  end(): void;
} {
  let current: { readonly what: string; readonly bar: Bar } | undefined;
  const end = (): void => {
    current?.bar.end();
    current = undefined;
  };
  return {
    show(what, { done, total }) {
      if (quiet || !process.stderr.isTTY) return;
      const share = total === undefined ? [] : [`${Math.floor((100 * done) / Math.max(1, total))} %`];
      const parts = [[what, ...share], share];
      if (current?.what !== what) {
        end();
        current = { what, bar: startBar(total ?? 0, done, parts) };
      }
      current.bar.draw(done, parts);
    },
    end,
  };
}
