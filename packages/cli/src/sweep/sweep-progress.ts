/** Shows a sweep's progress on stderr: a table that is redrawn on a terminal, one line per run elsewhere. */
import { counted, NO_COLORS } from "../output/report.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import { type RunResult, tableOf } from "./results.ts";
import type { Measure } from "./sweep-options.ts";
import { describeRun, sweepTable } from "./sweep-table.ts";

export interface SweepProgress {
  /** Called when a run is completed. */
  after(result: RunResult, results: readonly (readonly RunResult[])[]): void;
  /** @param done progress of the runs under way, in runs; fractions count */
  during(done: number): void;
  /** Prints a line above the table. */
  say(line: string): void;
  /** Removes the table. Idempotent. */
  end(): void;
}

const REDRAW_MILLISECONDS = 200;
/** Lines of the terminal that stay free for earlier output. */
const SPARE_LINES = 4;

/** @param runs the total number of runs, over all rungs */
export function sweepProgress(plan: SweepPlan, by: Measure, runs: number, quiet: boolean): SweepProgress {
  if (quiet) return { after() {}, during() {}, say, end() {} };
  return process.stderr.isTTY ? liveTable(plan, by, runs) : lines(plan, runs);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function lines(plan: SweepPlan, runs: number): SweepProgress {
  return {
    after(result, results) {
      say(`${results.flat().length} of ${runs}: ${describeRun(plan, result)}`);
    },
    during() {},
    say,
    end() {},
  };
}

function liveTable(plan: SweepPlan, by: Measure, runs: number): SweepProgress {
  let results: readonly (readonly RunResult[])[] = [];
  let done = 0;
  let drawnLines = 0;
  let drawn = 0;
  let isOver = false;
  const clear = (): void => {
    if (drawnLines > 0) process.stderr.write(`\u001b[${drawnLines}A\r\u001b[J`);
    drawnLines = 0;
  };
  const draw = (): void => {
    // Skips drawing while the terminal accepts no output, so that nothing accumulates in the buffer.
    if (isOver || process.stderr.writableNeedDrain) return;
    drawn = performance.now();
    const { columns = 80, rows = 24 } = process.stderr;
    const table = sweepTable(plan, tableOf(results, by), NO_COLORS);
    const shown = [`${done.toFixed(1)} of ${counted(runs, "run")}, the best first`, ...table].slice(
      0,
      Math.max(1, rows - SPARE_LINES),
    );
    clear();
    process.stderr.write(shown.map((line) => `${line.slice(0, columns - 1)}\n`).join(""));
    drawnLines = shown.length;
  };
  return {
    after(_, now) {
      results = now;
      draw();
    },
    during(under) {
      done = under;
      if (performance.now() - drawn >= REDRAW_MILLISECONDS) draw();
    },
    say(line) {
      clear();
      say(line);
      draw();
    },
    end() {
      clear();
      isOver = true;
    },
  };
}
