/** Shows the progress of many trials on stderr: a bar on a terminal, a few lines elsewhere, nothing when quiet. */
import { startBar } from "./bar.ts";
import { duration } from "./duration.ts";

export interface TrialsProgress {
  /** @param done completed trials; fractions count */
  show(done: number): void;
  /** Prints a line above the bar. */
  say(line: string): void;
  /** Removes the bar. Idempotent. */
  end(): void;
}

/** The number of progress lines where there is no terminal. */
const LINES = 10;

/** @param found the number of trials that an earlier process completed */
export function trialsProgress(total: number, found: number, quiet: boolean): TrialsProgress {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  if (quiet) return { show() {}, say, end() {} };
  const start = performance.now();
  const left = (done: number): string => {
    const rate = (done - found) / (performance.now() - start);
    return `${rate > 0 ? duration((total - done) / rate / 1000) : "..."} left`;
  };
  if (!process.stderr.isTTY) {
    let printed = Math.floor((LINES * found) / total);
    return {
      show(done) {
        const line = Math.floor((LINES * done) / total);
        if (line <= printed) return;
        printed = line;
        say(`${Math.floor((100 * done) / total)} % of ${total} trials, ${left(done)}`);
      },
      say,
      end() {},
    };
  }
  const parts = (done: number): [string, string] => [`${Math.floor(done)} of ${total} trials`, left(done)];
  const bar = startBar(total, found, [parts(found), [parts(found)[0]]]);
  return {
    show: (done) => bar.draw(done, [parts(done), [parts(done)[0]]]),
    say(line) {
      // Overwrites the bar, which is drawn again below the line.
      process.stderr.write("\r\u001b[K");
      say(line);
    },
    end: bar.end,
  };
}
