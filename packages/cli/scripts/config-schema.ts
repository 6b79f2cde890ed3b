/** Writes config.schema.json, which is generated from the flags of `train`. */
import { writeFileSync } from "node:fs";
import { trainCommand } from "../src/commands/train.ts";
import { flagsSchema } from "../src/options/flags-schema.ts";

const schema = `${JSON.stringify(flagsSchema(trainCommand()), null, 2)}\n`;
writeFileSync(new URL("../config.schema.json", import.meta.url), schema);
