/** `--config`: reads flags from the keys of a JSON file. Flags on the command line take precedence. */
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { bareExcerpt, describeValue, excerpt, nearest } from "@scratch-nn/core/engine";
import type { Command, Option } from "commander";
import { kindOf, readRegularFile } from "../disk/regular-file.ts";
import { flagsByKey, isElsewhere, isOutcome, OTHER_NAMES } from "./config-keys.ts";
import { FlagError } from "./flags.ts";
import { alternativesOf, describeForm, type JsonSchema, jsonFormOf, repeats } from "./json-form.ts";
import { type PlacedValue, placedValues } from "./json-places.ts";

/** The source of an option's value, as commander records it. */
const SOURCE = "config";

const MOST_BYTES = 2 ** 24;

/** A file that flags were read from. */
export interface ConfigFile {
  readonly path: string;
  /** The place in the file of each flag (--lr), for errors that are found later. */
  readonly places: ReadonlyMap<string, string>;
  /** The hash that the data must have; undefined where the file gives none. */
  readonly data: { readonly where: string; readonly sha256: string } | undefined;
}

export function addConfigOption(command: Command): Command {
  return command.option(
    "--config <file>",
    "read flags from a JSON file with keys in camelCase (batchSize), or from config.json in a run's folder; flags on the command line override it",
  );
}

/**
 * Sets the flags that the command line leaves open. Parses each value as the flag's text would be parsed.
 * @param path a file, or a folder with a config.json
 * @throws InputError naming file, line, column and key
 */
export async function applyConfig(command: Command, path: string): Promise<ConfigFile> {
  const file = kindOf(path) === "folder" ? join(path, "config.json") : path;
  const values = placedValues(file, await textOf(file));
  const flags = flagsByKey(command);
  const places = new Map<string, string>();
  let data: ConfigFile["data"];
  for (const placed of values) {
    const { key, where, value } = placed;
    const option = flags.get(key);
    if (option !== undefined) {
      const read = readAs(option, placed);
      if (command.getOptionValueSource(key) === "cli") continue;
      command.setOptionValueWithSource(key, read, SOURCE);
      if (option.long) places.set(option.long, where);
    } else if (key === "dataSha256") data = { where, sha256: requireSha256(placed) };
    else if (key === "layers") requireHidden(command, values, placed);
    else if (!isOutcome(key) && key !== "$schema") throw unknownKey(placed, command, Array.from(flags.keys()));
    else if (key === "$schema" && typeof value !== "string") throw wrongKind(placed, "a text");
  }
  return { path: file, places, data };
}

/** Adds the place in the file to an error about a flag that the file sets; returns any other error unchanged. */
export function withPlace(error: unknown, { places }: ConfigFile): unknown {
  if (!(error instanceof InputError)) return error;
  const where = places.get(error.fault.where);
  return where === undefined ? error : new InputError({ ...error.fault, where }, { cause: error });
}

async function textOf(file: string): Promise<string> {
  try {
    const bytes = await readRegularFile(file);
    if (bytes.length <= MOST_BYTES) return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const isText = !(cause instanceof TypeError);
    throw new InputError(
      {
        where: "--config",
        expected: isText ? "a JSON file, or the folder of a run" : "JSON in UTF-8",
        found: isText ? `${file}: ${(cause as Error).message}` : `other bytes in ${file}`,
        remedy: isText ? "check the path" : "save the file as UTF-8",
      },
      { cause },
    );
  }
  throw new InputError({
    where: "--config",
    expected: `a file of at most ${MOST_BYTES} bytes`,
    found: `more in ${file}`,
    remedy: "check the path",
  });
}

/** @throws InputError with the value's place, in the words of the flag's own reader */
function readAs(option: Option, placed: PlacedValue): unknown {
  const { value, where } = placed;
  const form = formOf(option);
  if (!alternativesOf(form).some((each) => fits(value, each))) throw wrongKind(placed, describeForm(form), form);
  if (typeof value === "boolean" && (option.isBoolean() || option.optional || option.negate)) return value;
  try {
    const texts = repeats(option.parseArg) && Array.isArray(value) ? value.map(String) : [textFor(value, where)];
    return texts.reduce<unknown>((before, text) => option.parseArg?.(text, before as never) ?? text, undefined);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    const { expected, found, remedy } = cause.fault;
    const example = cause instanceof FlagError ? `write for example ${asJson(cause.example, form)}` : remedy;
    throw new InputError({ where, expected, found, remedy: example }, { cause });
  }
}

/** The JSON type of a flag's value. */
export function formOf(option: Option): JsonSchema {
  if (option.isBoolean() || option.negate) return { type: "boolean" };
  const own = option.argChoices === undefined ? jsonFormOf(option.parseArg) : { enum: option.argChoices };
  const form = own ?? (option.parseArg === undefined ? { type: "string" } : ANY);
  return option.optional ? { anyOf: [{ type: "boolean" }, form] } : form;
}

const SCALARS: readonly JsonSchema[] = [{ type: "string" }, { type: "number" }, { type: "boolean" }];
const ANY: JsonSchema = { anyOf: [...SCALARS, { type: "array", items: { anyOf: SCALARS } }] };

/** Checks the type only; the flag's reader checks the value. */
function fits(value: unknown, { type, items }: JsonSchema): boolean {
  if (Array.isArray(value)) {
    return type === "array" && value.every((item) => alternativesOf(items ?? ANY).some((each) => fits(item, each)));
  }
  if (typeof value === "object" && value !== null) {
    return type === "object" && Object.values(value).every((item) => typeof item === "number");
  }
  if (type === "integer") return typeof value === "number";
  return typeof value === (type ?? "string");
}

function textFor(value: unknown, where: string): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object" || value === null) return String(value);
  const items: unknown[] = Array.isArray(value)
    ? value
    : Object.entries(value).map(([name, item]) => `${name}=${item}`);
  const split = items.find((item): item is string => typeof item === "string" && item.includes(","));
  if (split === undefined) return items.map((item) => textFor(item, where)).join(",");
  throw new InputError({
    where,
    expected: "texts without commas, which part them",
    found: excerpt(split),
    remedy: "give each an item of its own",
  });
}

/** An example value of a flag as JSON. */
function asJson(example: string, form: JsonSchema): string {
  if (form.type === "array") {
    const items = example.split(",");
    return JSON.stringify(form.items?.type === "integer" ? items.map(Number) : items);
  }
  if (form.type === "boolean") return String(example === "yes");
  return /^[\d.e-]+$/.test(example) ? example : JSON.stringify(example);
}

function wrongKind({ where, value, key }: PlacedValue, expected: string, { items }: JsonSchema = {}): InputError {
  const remedy = value === null ? `leave ${bareExcerpt(key)} out, or write what it is` : "mend the file";
  const wrong = items && Array.isArray(value) ? value.findIndex((item) => !fits(item, items)) : -1;
  const found =
    wrong < 0 ? describeValue(value) : `${describeValue((value as unknown[])[wrong])} in place ${wrong + 1}`;
  return new InputError({ where, expected, found, remedy });
}

function requireSha256(placed: PlacedValue): string {
  const { value } = placed;
  if (typeof value === "string" && /^[0-9a-f]{64}$/.test(value)) return value;
  throw wrongKind(placed, "a SHA-256 of 64 hexadecimal digits, as a run's config.json has it");
}

/** The layers follow from the data and from the units of the hidden layers. */
function requireHidden(command: Command, values: readonly PlacedValue[], { where, value }: PlacedValue): void {
  if (values.some(({ key }) => key === "hidden") || command.getOptionValueSource("hidden") === "cli") return;
  throw new InputError({
    where,
    expected: "hidden beside it: layers say what came out, and determine nothing",
    found: describeValue(value),
    remedy: "write the units of the hidden layers as hidden, for example [128, 64]",
  });
}

function unknownKey({ whereKey: where, key }: PlacedValue, command: Command, known: readonly string[]): InputError {
  if (isElsewhere(key)) {
    const remedy = `pass --${key} on the command line`;
    return new InputError({ where, expected: "what a run is trained with", found: excerpt(key), remedy });
  }
  const near = nearest(key, known, OTHER_NAMES);
  return new InputError({
    where,
    expected: `a flag of ${command.name()} in camelCase${near === undefined ? `: ${known.join(", ")}` : ""}`,
    found: excerpt(key),
    remedy: near === undefined ? "leave it out" : `did you mean ${near}? Otherwise leave it out`,
  });
}
