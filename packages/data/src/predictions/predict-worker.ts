/** A thread of the predicting pool. */
import { expose } from "@scratch-nn/jobs/worker";
import { predictBlock } from "./predict-block.ts";

expose(predictBlock);
