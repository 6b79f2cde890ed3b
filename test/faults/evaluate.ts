/** Evaluates until a worker has hung, and prints whether all figures are those of one thread. */
import { readdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { someExamples } from "../support/examples.ts";

const network = core.createNetwork({ layers: [400, 1000, 10] });
const examples = someExamples(400, 12_000, 10, "bytes");
const expected = core.evaluate(network, examples);
let isSame = true;
// Main may finish before a worker reaches the fault.
do {
  const found = await parallel.evaluate(network, examples, { workers: 2, cores: 2, patience: 1000 });
  isSame &&= isDeepStrictEqual(found, expected);
} while (readdirSync(process.env["FAULT_MARKS"]!).length === 0);
process.stdout.write(JSON.stringify({ isSame }));
