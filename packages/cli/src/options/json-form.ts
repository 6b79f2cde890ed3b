/** How values of flags are written in JSON: in a config, and in its schema. */

/** The part of JSON Schema (draft-07) that flags need. */
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

/** What reads a flag's text, and says what stands for it in JSON: a list's text is its items, comma-separated. */
export type Reader<Value> = ((text: string, before?: Value) => Value) & { readonly json: JsonSchema };

export function reader<Value>(json: JsonSchema, read: (text: string, before?: Value) => Value): Reader<Value> {
  return Object.assign((text: string, before?: Value) => read(text, before), { json });
}

/** A reader of a flag that may be given more than once: of a list, each item is a text of its own. */
export function repeating<Value>(json: JsonSchema, read: (text: string, before?: Value) => Value): Reader<Value> {
  return Object.assign(reader(json, read), { repeats: true });
}

export const repeats = (read: unknown): boolean => typeof read === "function" && "repeats" in read;

/** @returns undefined for a reader that does not say: then any text, number, yes or no, or list of these may stand there */
export function jsonFormOf(read: unknown): JsonSchema | undefined {
  return typeof read === "function" && "json" in read ? (read.json as JsonSchema) : undefined;
}

/** The schemas one of which holds. */
export function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf?.flatMap(alternativesOf) ?? [schema];
}

/** In a few words, as an error says it. */
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
