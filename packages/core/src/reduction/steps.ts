/** Work that comes in steps, so that a caller may do something else in between. */

/** Runs such work to its end and returns its result. */
export function finish<Result>(work: Generator<unknown, Result>): Result {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}
