/** The worker thread of the pool that parses tables. */
import { expose } from "@scratch-nn/jobs/worker";
import { parseBlock } from "./parse-text.ts";
import type { TextJob } from "./read-table.ts";

expose(({ text, rules }: TextJob) => parseBlock(text, rules));
