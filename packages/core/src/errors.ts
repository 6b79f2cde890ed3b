/** What an {@link InputError} has to say; each part is a phrase without a final full stop. */
export interface InputFault {
  /** The place: an option, a file with row and column, a flag. */
  readonly where: string;
  readonly expected: string;
  readonly found: string;
  /** What the caller can do about it. */
  readonly remedy: string;
}

/**
 * Something that the caller gave is wrong: an option, a shape, a file.
 * The message reads `where: expected ..., found ...; remedy`.
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
 * Checks a whole number.
 * @throws InputError naming `where`, when `value` is not an integer in [least, most].
 */
export function requireInteger(where: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InputError({
    where,
    expected: `a whole number from ${least} to ${most}`,
    found: String(value),
    remedy: "pass a number in that range",
  });
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
    found: JSON.stringify(value),
    remedy: "choose one of those",
  });
}
