/** What a run and its repetition differ in. */

/** Something that is not what the run's config and data come to: an answer, not a failure. */
export class Difference extends Error {
  override readonly name = "Difference";
  /** A file in the run's folder, the data, or the first epoch that differs. */
  readonly where: string;
  readonly what: string;

  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
    this.where = where;
    this.what = what;
  }
}

/** What the run has, and what comes out when it is trained again. */
export function otherwise(kept: string, found: string): string {
  return `the run has ${kept}, training again gives ${found}`;
}
