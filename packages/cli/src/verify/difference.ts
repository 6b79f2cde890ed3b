/** Reports where a run and its repetition differ. */

/** A file or result differs from what the run's config and data give. This is an answer, not a failure. */
export class Difference extends Error {
  override readonly name = "Difference";
  /** The file in the run's folder, the data, or the first epoch that differs. */
  readonly where: string;
  readonly what: string;

  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.where = where;
    this.what = what;
  }
}

/** Describes the saved value and the value of the repeated training. */
export function otherwise(kept: string, found: string): string {
  return `the run has ${kept}, training again gives ${found}`;
}
