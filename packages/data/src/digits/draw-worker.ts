/** The worker thread of the drawing pool. */
import { expose } from "@scratch-nn/jobs/worker";
import { drawBlock } from "./draw-block.ts";

expose(drawBlock);
