import { FailureError } from "../output/exit.ts";

/**
 * The FailureError for what a disk did not let; anything else as it is.
 * @param otherwise what there is all the same
 */
export function diskFailure(path: string, cause: unknown, otherwise: string): unknown {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause;
  return new FailureError(
    `--out: expected a folder that can be written to, found ${path} (${message}); free space or name another folder; ${otherwise}`,
    { cause },
  );
}
