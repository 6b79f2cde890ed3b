/** Defines the exit codes, and formats errors for stderr. */

import { RankError } from "@scratch-nn/cluster/rank-error";
import { DivergenceError, InputError } from "@scratch-nn/core";
import { DownloadError } from "@scratch-nn/data";
import { CommanderError } from "commander";
import { printableLines, readable } from "./printable.ts";
import { colorsFor } from "./report.ts";

export const EXIT = {
  success: 0,
  /** A failure of a disk, a worker, or this program. */
  failure: 1,
  /** An error that the user can correct in flags or data. */
  usage: 2,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** A foreseen failure outside the program; the message needs no stack trace. */
export class FailureError extends Error {
  override readonly name = "FailureError";
}

export function exitCodeOf(error: unknown): number {
  return error instanceof InputError || error instanceof CommanderError ? EXIT.usage : EXIT.failure;
}

/** Errors whose one-line message is complete without a stack trace. */
const KNOWN = [InputError, DivergenceError, DownloadError, FailureError, RankError];

/** The largest length of a message part that is not only user input. */
const MOST_SAID = 2000;
/** The largest length of an argument that is no flag. */
const MOST_FLAG = 200;

/**
 * Formats an error as one message without a stack trace; SCRATCH_NN_DEBUG=1 adds it.
 * @param help the command that prints the failed command's help
 */
export function explain(error: unknown, help: string): string {
  const see = error instanceof CommanderError ? `\nsee ${help}` : "";
  const hint = KNOWN.some((type) => error instanceof type) || see ? "" : "\nset SCRATCH_NN_DEBUG=1 to see where";
  const trace = process.env["SCRATCH_NN_DEBUG"] ? `\n${printableLines(asError(error).stack ?? "", MOST_SAID)}` : hint;
  return `${colorsFor(process.stderr).red("error:")} ${messageOf(error)}${see}${trace}`;
}

/** The error's message, with user input cut to a readable length. */
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
