/** Parses flag values. Each reader throws an InputError that names its flag. */
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import type { Delimiter } from "@scratch-nn/data";
import { type Reader, reader } from "./json-form.ts";
import { MOST, MOST_UNITS } from "./limits.ts";

/** The value of a flag is not valid. */
export class FlagError extends InputError {
  /** An example of a valid value. */
  readonly example: string;

  constructor(flag: string, expected: string, found: string, example: string) {
    super({ where: flag, expected, found: excerpt(found), remedy: `pass for example ${flag} ${example}` });
    this.example = example;
  }
}

function refuse(flag: string, expected: string, found: string, example: string): never {
  throw new FlagError(flag, expected, found, example);
}

/** Reads a whole number from `least` to `most`, in decimal digits. */
export function wholeNumber(flag: string, least: number, most: number, example: string): Reader<number> {
  return reader({ type: "integer", minimum: least, maximum: most }, (text) => {
    const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    return refuse(flag, `a whole number from ${least} to ${most}`, text, example);
  });
}

/** Reads a decimal number for which `accepts` holds. */
export function decimalNumber(flag: string, expected: string, accepts: (value: number) => boolean, example: string) {
  return reader<number>({ type: "number" }, (text) => {
    const value = /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?$/i.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(value) && accepts(value) ? value : refuse(flag, expected, text, example);
  });
}

/** Reads comma-separated decimal numbers for which `accepts` holds. */
export function decimalNumbers(flag: string, expected: string, accepts: (value: number) => boolean, example: string) {
  const one = decimalNumber(flag, expected, accepts, example);
  return (text: string): number[] => text.split(",").map((part) => one(part.trim()));
}

/** Reads a decimal number above 0, or a quotient of two. */
export function quotient(flag: string): Reader<number> {
  const part = decimalNumber(flag, "a number above 0, or a quotient of two", (value) => value > 0, "1/255");
  return reader({ anyOf: [{ type: "number" }, { type: "string" }] }, (text) => {
    const parts = text.split("/");
    if (parts.length !== 2) return part(text);
    const value = part(parts[0]) / part(parts[1]);
    return value > 0 && Number.isFinite(value) ? value : part("");
  });
}

/** Reads the comma-separated units of the hidden layers. */
export function layerSizes(flag: string): Reader<number[]> {
  const units = { type: "integer", minimum: 1, maximum: MOST_UNITS } as const;
  return reader({ type: "array", items: units, minItems: 1 }, (text) =>
    text.split(",").map((part) => {
      const units = /^[0-9]+$/.test(part.trim()) ? Number(part) : 0;
      return units >= 1 && units <= MOST_UNITS
        ? units
        : refuse(
            flag,
            `the units of each hidden layer, whole numbers from 1 to ${MOST_UNITS}, comma-separated`,
            text,
            "128,64",
          );
    }),
  );
}

/** Reads one of a list of names. */
export function oneOf<Name extends string>(flag: string, names: readonly Name[]): Reader<Name> {
  return reader(
    { enum: names },
    (text) => names.find((name) => name === text) ?? refuse(flag, `one of ${names.join(", ")}`, text, names[0]),
  );
}

/** Reads a number of examples, or `full`. */
export function batchSize(flag: string): Reader<number | "full"> {
  const number = wholeNumber(flag, 1, MOST, "128");
  return reader({ anyOf: [{ enum: ["full"] }, number.json] }, (text) => {
    if (text === "full") return "full";
    return /^[0-9]+$/.test(text) && Number(text) > 0
      ? number(text)
      : refuse(flag, "full, or a whole number from 1", text, "128");
  });
}

/** An interval in epochs or in seconds. */
export type Interval = { readonly epochs: number } | { readonly seconds: number };

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Reads an interval: a number of epochs, or a time. */
export function interval(flag: string): Reader<Interval> {
  return reader({ anyOf: [{ type: "string" }, { type: "integer", minimum: 1 }] }, (text) => {
    const [, count, unit] = /^([0-9]+)([smh]?)$/.exec(text) ?? [];
    const value = Number(count);
    if (value >= 1 && value < 2 ** 31) return unit === "" ? { epochs: value } : { seconds: value * SECONDS[unit] };
    return refuse(flag, "a number of epochs, or a time in s, m or h", text, "30s");
  });
}

/** Reads a time; the result is in seconds. */
export function duration(flag: string): Reader<number> {
  return reader({ type: "string" }, (text) => {
    const [, count, unit] = /^([0-9]+)([smh])$/.exec(text) ?? [];
    const seconds = Number(count) * SECONDS[unit];
    return seconds >= 1 && seconds < 2 ** 31 ? seconds : refuse(flag, "a time in s, m or h", text, "10m");
  });
}

const AGES: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Reads an age; the result is in seconds. */
export function age(flag: string): Reader<number> {
  return reader({ type: "string" }, (text) => {
    const [, count, unit] = /^([0-9]{1,6})([mhdw])$/.exec(text) ?? [];
    return unit === undefined ? refuse(flag, "a time in m, h, d or w", text, "30d") : Number(count) * AGES[unit];
  });
}

export const DELIMITERS: Readonly<Record<string, Delimiter>> = {
  comma: ",",
  semicolon: ";",
  tab: "\t",
  bar: "|",
  blanks: " ",
};

/** Reads the delimiter of cells, by name or as the character itself. */
export function delimiter(flag: string): Reader<Delimiter> {
  return reader({ enum: Object.entries(DELIMITERS).flat() }, (text) => {
    const named = Object.hasOwn(DELIMITERS, text) ? DELIMITERS[text] : undefined;
    const found = named ?? Object.values(DELIMITERS).find((each) => each === text || (each === "\t" && text === "\\t"));
    return found ?? refuse(flag, "comma (,), semicolon (;), tab (\\t), bar (|) or blanks", text, "semicolon");
  });
}

export function yesOrNo(flag: string): Reader<boolean> {
  return reader({ type: "boolean" }, (text) =>
    text === "yes" || text === "no" ? text === "yes" : refuse(flag, "yes or no", text, "yes"),
  );
}

/** Reads comma-separated names; the flag may be repeated. */
export function names(flag: string): Reader<readonly string[]> {
  return reader({ type: "array", items: { type: "string" }, minItems: 1 }, (text, before = []) => {
    const found = text.split(",").map((name) => name.trim());
    return found.includes("")
      ? refuse(flag, "names of columns, comma-separated", text, "id,name")
      : [...before, ...found];
  });
}
