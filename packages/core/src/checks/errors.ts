import { describeValue } from "./excerpt.ts";

/** The parts of an {@link InputError}; each is a phrase without a final full stop. */
export interface InputFault {
  /** The location: an option, a file with row and column, a flag. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
  /** What the caller can do about it. */
  readonly remedy: string;
}

/**
 * An error in the caller's input: an option, a shape, a file. The message reads `where: expected ..., found ...;
 * remedy`.
 */
export class InputError extends Error {
  override readonly name: string = "InputError";
  readonly fault: InputFault;

  constructor(fault: InputFault, options?: { readonly cause?: unknown }) {
    super(`${fault.where}: expected ${fault.expected}, found ${fault.found}; ${fault.remedy}`, options);
    this.fault = fault;
  }
}

/**
 * Training diverged: a number is no longer finite. The learning rate is too large for the data, or the data are too
 * large for f32.
 */
export class DivergenceError extends Error {
  override readonly name: string = "DivergenceError";
  /** From 1. */
  readonly epoch: number;
  /** Of the epoch, from 1. */
  readonly step: number;
  /** The largest absolute value of a parameter; NaN if one is NaN. */
  readonly largestWeight: number;

  /**
   * @param loss the sum over the step's batch, or undefined where a parameter was checked
   * @param number what was not finite, if it is not the step's loss or a weight
   */
  constructor(loss: number | undefined, epoch: number, step: number, largestWeight: number, number?: string) {
    const what =
      loss === undefined ? `${number ?? "a weight"} became infinite or NaN` : `${number ?? "the loss"} became ${loss}`;
    super(
      `${what} in epoch ${epoch}, step ${step} (largest weight: ${largestWeight}); ` +
        "try a learning rate a tenth as large, or features scaled to about -1 to 1",
    );
    this.epoch = epoch;
    this.step = step;
    this.largestWeight = largestWeight;
  }
}

/**
 * Checks a whole number.
 * @throws InputError naming `where`, when `value` is not an integer in [least, most].
 */
export function requireInteger(where: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InputError({
    where,
    expected: `a whole number from ${least} to ${most}`,
    found: describeValue(value),
    remedy: "pass a number in that range",
  });
}

/**
 * Checks a number that is used in f32 arithmetic.
 * @returns the number, unchanged
 * @throws InputError naming `where`, when an f32 cannot hold it or it is not above 0.
 */
export function requirePositive(where: string, value: number, example: number): number {
  const rounded = typeof value === "number" ? Math.fround(value) : Number.NaN;
  if (rounded > 0 && Number.isFinite(rounded)) return value;
  throw new InputError({
    where,
    expected: "a finite number above 0 that fits a 32-bit float",
    found: describeValue(value),
    remedy: `pass for example ${example}`,
  });
}

/** @throws InputError naming `where`, when `value` is neither true nor false. */
export function requireBoolean(where: string, value: boolean): boolean {
  if (typeof value === "boolean") return value;
  throw new InputError({ where, expected: "true or false", found: describeValue(value), remedy: "pass one of these" });
}

/**
 * Checks that `value` is one of the names in `choices`.
 * @throws InputError naming `where` and listing the choices.
 */
export function requireChoice<Name extends string>(where: string, value: string, choices: readonly Name[]): Name {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new InputError({
    where,
    expected: `one of ${choices.join(", ")}`,
    found: describeValue(value),
    remedy: "choose one of those",
  });
}
