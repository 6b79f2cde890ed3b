/** A thread of the reading pool. */
import { expose } from "threads/worker";
import { parseBlock } from "./parse-block.ts";

expose(parseBlock);
