import { FailureError } from "../output/exit.ts";

/**
 * Converts a disk's error to a FailureError; returns any other error unchanged.
 * @param otherwise describes what remains usable
 */
export function diskFailure(path: string, cause: unknown, otherwise: string): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new FailureError(
    `--out: expected a folder that can be written to, found ${path} (${message}); free space or name another folder; ${otherwise}`,
    { cause },
  );
}
