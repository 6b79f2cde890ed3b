/** Generates a JSON schema of the configs that a command accepts, for editors. */
import type { Command, Option } from "commander";
import { formOf } from "./config-file.ts";
import { flagsByKey, type Outcome } from "./config-keys.ts";
import type { JsonSchema } from "./json-form.ts";

const OUTCOME_SCHEMAS: Readonly<Record<Outcome, JsonSchema>> = {
  layers: { type: "array", items: { type: "integer", minimum: 1 }, description: "what came out; determines nothing" },
  classes: { type: "array", items: { type: "string" }, description: "what came out; determines nothing" },
  outputs: { type: "array", items: { type: "string" }, description: "what came out; determines nothing" },
  dataSha256: { type: "string", description: "what the data have to be, as a run's config.json has it" },
};

/** Draft-07, which editors support; identical on every machine. */
export function flagsSchema(command: Command): object {
  const properties = Array.from(flagsByKey(command), ([key, option]) => [key, schemaOf(key, option)]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "scratch-nn config",
    description: "Flags of train, for --config",
    type: "object",
    properties: { $schema: { type: "string" }, ...Object.fromEntries(properties), ...OUTCOME_SCHEMAS },
    additionalProperties: false,
  };
}

/** Flags whose defaults depend on the machine. */
const NO_DEFAULT: ReadonlySet<string> = new Set(["workers"]);

function schemaOf(key: string, option: Option): JsonSchema {
  const { description, defaultValue, defaultValueDescription } = option;
  const value = defaultValueDescription ?? defaultValue;
  return { ...formOf(option), description, ...(value === undefined || NO_DEFAULT.has(key) ? {} : { default: value }) };
}
