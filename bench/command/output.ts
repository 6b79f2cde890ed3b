/** Writes rows to stdout as they are measured, and progress to stderr, on one line if that is a terminal. */
import type { SheetOutput } from "../figures/sheet.ts";

/** @param isQuiet whether to print no rows, because a JSON object at the end holds them all */
export function openOutput(isQuiet: boolean): SheetOutput {
  const isTerminal = process.stderr.isTTY;
  return {
    print: (text) => {
      if (isTerminal) process.stderr.write("\r\x1b[K");
      if (!isQuiet) process.stdout.write(`${text}\n`);
    },
    tell: (text) => {
      const width = (process.stderr.columns ?? 80) - 1;
      process.stderr.write(isTerminal ? `\r\x1b[K${text.slice(0, width)}` : `${text}\n`);
    },
  };
}
