/** Exit codes, and what is said on stderr. */

import { RankError } from "@scratch-nn/cluster/rank-error";
import { DivergenceError, InputError } from "@scratch-nn/core";
import { DownloadError } from "@scratch-nn/data";
import { CommanderError } from "commander";
import { printableLines, readable } from "./printable.ts";
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
const KNOWN = [InputError, DivergenceError, DownloadError, FailureError, RankError];

/** Of a message's part that is not a user's input alone. */
const MOST_SAID = 2000;
/** Of what is no flag. */
const MOST_FLAG = 200;

/**
 * One message without a stack trace; SCRATCH_NN_DEBUG=1 adds it.
 * @param help the command that tells how this one is used
 */
export function explain(error: unknown, help: string): string {
  const see = error instanceof CommanderError ? `\nsee ${help}` : "";
  const hint = KNOWN.some((type) => error instanceof type) || see ? "" : "\nset SCRATCH_NN_DEBUG=1 to see where";
  const trace = process.env["SCRATCH_NN_DEBUG"] ? `\n${printableLines(asError(error).stack ?? "", MOST_SAID)}` : hint;
  return `${colorsFor(process.stderr).red("error:")} ${messageOf(error)}${see}${trace}`;
}

/** What is said of it, with all that is a user's cut to what a person can read. */
export function messageOf(error: unknown): string {
  if (error instanceof InputError) {
    const { where, expected, found, remedy } = error.fault;
    return `${readable(where)}: expected ${readable(expected)}, found ${readable(found)}; ${readable(remedy)}`;
  }
  const { message } = asError(error);
  if (error instanceof CommanderError) return printableLines(message.replace(/^error: /, ""), MOST_FLAG);
  return KNOWN.some((type) => error instanceof type)
    ? readable(message, MOST_SAID)
    : printableLines(message, MOST_SAID);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
