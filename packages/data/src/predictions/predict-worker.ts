/** The worker thread of the prediction pool. */
import { expose } from "@scratch-nn/jobs/worker";
import { predictBlock } from "./predict-block.ts";

expose(predictBlock);
