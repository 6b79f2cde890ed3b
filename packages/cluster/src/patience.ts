/** How long ranks wait for each other. */
import { InputError } from "@scratch-nn/core";

/** The variable that sets for how many seconds another rank may be silent within a step. */
export const PATIENCE_VARIABLE = "SCRATCH_NN_MPI_PATIENCE";

const DEFAULT_SECONDS = 300;
const MOST_SECONDS = 86_400;

/**
 * @returns milliseconds
 * @throws InputError if the variable is not a number of seconds from 1 to a day
 */
export function patienceOf(env: Readonly<Record<string, string | undefined>>): number {
  const text = env[PATIENCE_VARIABLE] ?? "";
  if (text === "") return 1000 * DEFAULT_SECONDS;
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= MOST_SECONDS) return 1000 * seconds;
  throw new InputError({
    where: PATIENCE_VARIABLE,
    expected: `seconds for which another rank may be silent, from 1 to ${MOST_SECONDS}`,
    found: text,
    remedy: `leave it out for ${DEFAULT_SECONDS}`,
  });
}
