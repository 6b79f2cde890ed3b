/** Progress on stderr: a bar on a terminal, a few lines elsewhere, nothing when quiet. */
import type { EpochReport, FitProgress } from "@scratch-nn/core";
import type { TrainingPlan } from "@scratch-nn/core/engine";
import cliProgress from "cli-progress";
import { percent, thousands } from "./report.ts";
import { examplesUpTo } from "./train-report.ts";

/** Progress of a training run. */
export interface TrainingProgress {
  during(progress: FitProgress): void;
  after(report: EpochReport): void;
  /** Says something in between. */
  say(line: string): void;
  /** Clears the bar; nothing is shown after it. May be called twice. */
  end(): void;
}

/** Lines that a run prints where there is no terminal. */
const LINES = 10;

/** Between two drawings of the bar. */
const REDRAW_MILLISECONDS = 100;

/** @param quiet whether only what is said is shown */
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
  return `loss ${report.loss.toFixed(4)}, train accuracy ${percent(report.accuracy)}`;
}

/** @param before examples that an earlier process did */
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
  const display = new cliProgress.SingleBar(
    {
      format: "{bar} epoch {epoch}/{epochs}  {figures}  {speed} examples/s  {left} left",
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      // Ctrl-C belongs to the command; cli-progress would only restore the cursor and leave.
      gracefulExit: false,
      stream: process.stderr,
    },
    cliProgress.Presets.shades_classic,
  );
  let figures = "loss ...";
  let drawn = 0;
  let ended = false;
  display.start(total, before, { epoch: 1, epochs, figures, speed: "...", left: "..." });
  const draw = (progress: FitProgress): void => {
    const now = performance.now();
    if (ended || now - drawn < REDRAW_MILLISECONDS) return;
    drawn = now;
    const { perSecond, done } = speed(progress);
    const left = perSecond > 0 ? duration((total - done) / perSecond) : "...";
    display.update(done, { epoch: progress.epoch, figures, speed: thousands(perSecond), left });
  };
  return {
    during: draw,
    after(report) {
      figures = describe(report);
      draw({ epoch: report.epoch, examples });
    },
    say(line) {
      // Over the bar, which is drawn again below it.
      process.stderr.write("\r\u001b[K");
      say(line);
    },
    end() {
      if (!ended) display.stop();
      ended = true;
    },
  };
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

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m${String(whole % 60).padStart(2, "0")}s`;
}

/** A bar for something that is read, drawn or downloaded; shown on a terminal only. */
export function readingProgress(quiet: boolean): {
  show(what: string, progress: { readonly done: number; readonly total: number | undefined }): void;
  end(): void;
} {
  let current: { readonly what: string; readonly bar: cliProgress.SingleBar } | undefined;
  const end = (): void => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    show(what, { done, total }) {
      if (quiet || !process.stderr.isTTY) return;
      if (current?.what !== what) {
        end();
        current = {
          what,
          bar: new cliProgress.SingleBar(
            {
              format: `${what} {bar} {percentage} %`,
              barsize: 24,
              hideCursor: true,
              clearOnComplete: true,
              gracefulExit: false,
              stream: process.stderr,
            },
            cliProgress.Presets.shades_classic,
          ),
        };
        current.bar.start(total ?? 0, done);
      }
      current.bar.update(done);
    },
    end,
  };
}
