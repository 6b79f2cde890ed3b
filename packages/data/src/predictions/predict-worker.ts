/** A thread of the predicting pool. */
import { expose } from "threads/worker";
import { predictBlock } from "./predict-block.ts";

expose(predictBlock);
