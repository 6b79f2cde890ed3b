/** An evaluation one of whose workers stands still for ever; prints whether its figures are those of one thread. */
import { isDeepStrictEqual } from "node:util";
import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { someExamples } from "../support/examples.ts";

const network = core.createNetwork({ layers: [400, 1000, 10] });
const examples = someExamples(400, 12_000, 10, "bytes");
const found = await parallel.evaluate(network, examples, { workers: 2, cores: 2, patience: 1000 });
process.stdout.write(JSON.stringify({ isSame: isDeepStrictEqual(found, core.evaluate(network, examples)) }));
