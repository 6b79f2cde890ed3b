/** Parses a JSON file of one object and records the position of each value for error messages. */
import { type ObjectNode, parse, type ValueNode } from "@humanwhocodes/momoa";
import { InputError } from "@scratch-nn/core";
import { bareExcerpt, excerpt } from "@scratch-nn/core/engine";

/** A value of the object with its position. */
export interface PlacedValue {
  readonly key: string;
  /** The value's position as error messages show it: file, line and column from 1, key. */
  readonly where: string;
  /** The position of the key itself. */
  readonly whereKey: string;
  readonly value: unknown;
}

const REMEDY = "mend the file";

/** The parser's names of tokens, and how they are written or called in a file. */
const TOKENS: Readonly<Record<string, string>> = {
  LBrace: '"{"',
  RBrace: '"}"',
  LBracket: '"["',
  RBracket: '"]"',
  Comma: "comma",
  Colon: "colon",
  String: "string",
  Number: "number",
  Boolean: "true or false",
  Null: "null",
};

/**
 * @param file the path as the user gave it
 * @throws InputError naming file, line and column, for invalid JSON, a value that is no object, or a repeated key
 */
export function placedValues(file: string, text: string): PlacedValue[] {
  // Windows editors write a byte order mark first.
  const body = parseObject(file, text.replace(/^\uFEFF/, ""));
  const seen = new Map<string, string>();
  return body.members.map(({ name, value }) => {
    const key = name.type === "String" ? name.value : name.name;
    const placeOf = ({ start }: ValueNode["loc"]): string => `${file}:${start.line}:${start.column}`;
    const before = seen.get(key);
    if (before !== undefined) {
      const found = `${excerpt(key)} once more, after ${before}`;
      throw new InputError({
        where: placeOf(name.loc),
        expected: "each key once",
        found,
        remedy: "leave one of the two out",
      });
    }
    seen.set(key, `line ${name.loc.start.line}`);
    const shown = bareExcerpt(key);
    const [where, whereKey] = [value, name].map(({ loc }) => `${placeOf(loc)}, ${shown}`);
    return { key, where, whereKey, value: plainValue(value) };
  });
}

function parseObject(file: string, text: string): ObjectNode {
  let body: ValueNode;
  try {
    body = parse(text, { mode: "json" }).body;
  } catch (cause) {
    // Deep nesting overflows the parser's stack.
    if (cause instanceof RangeError) {
      throw new InputError({ where: file, expected: "JSON of few levels", found: "thousands", remedy: REMEDY });
    }
    const { message, line, column } = cause as Error & { readonly line?: number; readonly column?: number };
    if (line === undefined) throw cause;
    const found = message
      .replace(/^Unexpected/, "an unexpected")
      .replace(/ found\..*$/s, "")
      .replace(/token (\w+)$/, (_, token: string) => TOKENS[token] ?? token);
    throw new InputError(
      {
        where: `${file}:${line}:${column}`,
        expected: "JSON",
        found: found.replace(/^an unexpected end/, "the end"),
        remedy: REMEDY,
      },
      { cause },
    );
  }
  if (body.type === "Object") return body;
  const { line, column } = body.loc.start;
  throw new InputError({
    where: `${file}:${line}:${column}`,
    expected: 'an object: {"epochs": 100, ...}',
    found: `a JSON ${body.type.toLowerCase()}`,
    remedy: REMEDY,
  });
}

/** Keeps types that no flag accepts; the check of the items refuses them. */
function plainValue(node: ValueNode): unknown {
  switch (node.type) {
    case "String":
    case "Number":
    case "Boolean":
      return node.value;
    case "Array":
      return node.elements.map((element) => plainValue(element.value));
    case "Object":
      return Object.fromEntries(
        node.members.map(({ name, value }) => [name.type === "String" ? name.value : name.name, plainValue(value)]),
      );
    default:
      return null;
  }
}
