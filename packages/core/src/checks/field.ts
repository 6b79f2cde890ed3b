/** Reads untrusted values: JSON of a file, options of a caller. */
import { InputError } from "./errors.ts";
import { describeValue } from "./excerpt.ts";
import { jsonFault } from "./json-fault.ts";

/** The properties, for errors, that all fields of one file or call share. */
export interface FieldSource {
  /** For example the name of the file. */
  readonly where: string;
  readonly remedy: string;
}

/**
 * A value of unknown type, with its path. Each method throws an InputError unless the value is of the method's type.
 */
export class Field {
  readonly value: unknown;
  /** For example `encoders[2].spread`; "" for the whole. */
  readonly path: string;
  readonly #source: FieldSource;

  constructor(source: FieldSource, value: unknown, path = "") {
    this.#source = source;
    this.value = value;
    this.path = path;
  }

  /** @throws InputError, always */
  fail(expected: string, found = describeValue(this.value)): never {
    const { where, remedy } = this.#source;
    throw new InputError({ where: this.path === "" ? where : `${where}, ${this.path}`, expected, found, remedy });
  }

  /** @param name of an own property of an object; the field's value is undefined where there is none */
  at(name: string): Field {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.fail("an object");
    const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    return new Field(this.#source, own, this.path === "" ? name : `${this.path}.${name}`);
  }

  /** The names of an object's own properties. */
  names(): string[] {
    const { value } = this;
    return typeof value === "object" && value !== null ? Object.keys(value) : this.fail("an object");
  }

  /** The length of an array. */
  size(): number {
    return Array.isArray(this.value) ? this.value.length : this.fail("an array");
  }

  /**
   * Reads the items of an array in order. It stops at the first wrong item, so a hostile array of millions costs
   * little.
   */
  map<Item>(read: (item: Field, i: number) => Item): Item[] {
    this.size();
    return Array.from(this.value as unknown[], (item, i) =>
      read(new Field(this.#source, item, `${this.path}[${i}]`), i),
    );
  }

  string(): string {
    return typeof this.value === "string" ? this.value : this.fail("a string");
  }

  boolean(): boolean {
    return typeof this.value === "boolean" ? this.value : this.fail("true or false");
  }

  /** A finite number. -0 becomes 0, because JSON reads -0 but does not write it. */
  number(): number {
    return Number.isFinite(this.value) ? (this.value as number) + 0 : this.fail("a finite number");
  }

  /** A number from the smallest normal f64 to the largest. */
  positive(): number {
    return this.number() >= 2 ** -1022 ? (this.value as number) : this.fail("a number above 0");
  }

  /** A number above 0 that f32 can hold. */
  factor(): number {
    const rounded = Math.fround(this.number());
    return rounded > 0 && Number.isFinite(rounded) ? (this.value as number) : this.fail("an f32 above 0");
  }

  /** A whole number from `least` to `most`. It is not -0, which JSON would write again as 0. */
  whole(least: number, most: number): number {
    const { value } = this;
    const fits = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
    return fits && !Object.is(value, -0) ? (value as number) : this.fail(`a whole number from ${least} to ${most}`);
  }

  oneOf<Name extends string>(names: readonly Name[]): Name {
    return names.find((name) => name === this.value) ?? this.fail(`one of ${names.join(", ")}`);
  }

  /** An array of distinct strings. @param nameOf maps each string to the name that must be distinct */
  distinct(nameOf: (text: string) => string = (text) => text): string[] {
    const seen = new Map<string, number>();
    return this.map((item, i) => {
      const text = item.string();
      const name = nameOf(text);
      const before = seen.get(name);
      if (before !== undefined) item.fail("another one than before", `${describeValue(text)}, as at ${before}`);
      seen.set(name, i);
      return text;
    });
  }

  /** Parses a string as JSON. @throws InputError unless it is JSON without duplicate names */
  json(): Field {
    const text = this.string();
    const fault = jsonFault(text);
    if (fault !== undefined) this.fail(fault.expected, fault.found);
    try {
      return new Field(this.#source, JSON.parse(text), this.path);
    } catch {
      return this.fail("JSON");
    }
  }
}
