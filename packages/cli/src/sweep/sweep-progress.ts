/** How a sweep goes on, on stderr: a table that is drawn anew on a terminal, a line a run elsewhere. */
import { counted, NO_COLORS } from "../output/report.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import { type RunResult, tableOf } from "./results.ts";
import type { Measure } from "./sweep-options.ts";
import { describeRun, sweepTable } from "./sweep-table.ts";

export interface SweepProgress {
  /** A run is over. */
  after(result: RunResult, results: readonly (readonly RunResult[])[]): void;
  /** @param done runs of those under way, parts counted */
  during(done: number): void;
  /** Says something in between. */
  say(line: string): void;
  /** Clears the table. May be called twice. */
  end(): void;
}

const REDRAW_MILLISECONDS = 200;
/** Of a terminal, what is left to what was said before. */
const SPARE_LINES = 4;

/** @param runs how many there are in all, those of all rungs */
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
    // A terminal that takes nothing at the moment must not make it pile up.
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
