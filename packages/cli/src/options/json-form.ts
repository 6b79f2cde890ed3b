/** Describes flag values in JSON, for a config and its schema. */

/** The subset of JSON Schema (draft-07) that flags need. */
export interface JsonSchema {
  readonly type?: "string" | "number" | "integer" | "boolean" | "array" | "object";
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly description?: string;
  readonly default?: unknown;
}

/** Parses a flag's text, and describes the value's JSON type. The text of a list is its items, comma-separated. */
export type Reader<Value> = ((text: string, before?: Value) => Value) & { readonly json: JsonSchema };

export function reader<Value>(json: JsonSchema, read: (text: string, before?: Value) => Value): Reader<Value> {
  return Object.assign((text: string, before?: Value) => read(text, before), { json });
}

/** A reader of a flag that may be repeated; each item of a list is parsed as a text of its own. */
export function repeating<Value>(json: JsonSchema, read: (text: string, before?: Value) => Value): Reader<Value> {
  return Object.assign(reader(json, read), { repeats: true });
}

export const repeats = (read: unknown): boolean => typeof read === "function" && "repeats" in read;

/** @returns undefined for a reader without a schema, which accepts any text, number, boolean, or list of these */
export function jsonFormOf(read: unknown): JsonSchema | undefined {
  return typeof read === "function" && "json" in read ? (read.json as JsonSchema) : undefined;
}

/** The schemas of which one must match. */
export function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf?.flatMap(alternativesOf) ?? [schema];
}

/** A short description for error messages. */
export function describeForm(schema: JsonSchema): string {
  return alternativesOf(schema).map(describeOne).join(" or ");
}

function describeOne({ type, enum: names, items }: JsonSchema): string {
  if (names !== undefined) return names.length === 1 ? `"${names[0]}"` : `one of ${names.join(", ")}`;
  switch (type) {
    case "integer":
      return "a whole number";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    case "array":
      return `a list of ${items?.type === "integer" ? "whole numbers" : "texts"}`;
    case "object":
      return 'an object of numbers by names, {"a": 2}';
    default:
      return "a text";
  }
}
