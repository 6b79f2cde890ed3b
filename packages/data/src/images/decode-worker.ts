/** The worker thread of the decoding pool. */
import { expose } from "@scratch-nn/jobs/worker";
import { decodeBlock } from "./decode-block.ts";

expose(decodeBlock);
