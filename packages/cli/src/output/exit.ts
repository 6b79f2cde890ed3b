/** Exit codes, and what is said on stderr. */
import { DivergenceError, InputError } from "@scratch-nn/core";
import { DownloadError } from "@scratch-nn/data";
import { CommanderError } from "commander";
import { printable, printableLines } from "./printable.ts";
import { colorsFor } from "./report.ts";

export const EXIT = {
  success: 0,
  /** Something broke: a disk, a worker, this program. */
  failure: 1,
  /** The user's to mend: flags and data. */
  usage: 2,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** Something outside broke in a way that is foreseen; the message says all there is to say. */
export class FailureError extends Error {
  override readonly name = "FailureError";
}

export function exitCodeOf(error: unknown): number {
  return error instanceof InputError || error instanceof CommanderError ? EXIT.usage : EXIT.failure;
}

/** Their messages say it all, in one line. */
const KNOWN = [InputError, DivergenceError, DownloadError, FailureError];

/** One message without a stack trace; SCRATCH_NN_DEBUG=1 adds it. */
export function explain(error: unknown): string {
  const { message } = asError(error);
  const known = KNOWN.some((type) => error instanceof type);
  const text = known ? printable(message) : printableLines(message.replace(/^error: /, ""));
  const see = error instanceof CommanderError ? "\nsee pnpm train --help" : "";
  const hint = known || see ? "" : "\nset SCRATCH_NN_DEBUG=1 to see where";
  const trace = process.env["SCRATCH_NN_DEBUG"] ? `\n${printableLines(asError(error).stack ?? "")}` : hint;
  return `${colorsFor(process.stderr).red("error:")} ${text}${see}${trace}`;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
