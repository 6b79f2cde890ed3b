/** A thread of the decoding pool. */
import { expose } from "threads/worker";
import { decodeBlock } from "./decode-block.ts";

expose(decodeBlock);
