/** Runs generators that pause so that their caller can do other work. */

/** Runs a generator to its end and returns its result. */
export function finish<Result>(work: Generator<unknown, Result>): Result {
  for (let step = work.next(); ; step = work.next()) if (step.done) return step.value;
}
