/** A thread of the drawing pool. */
import { expose } from "threads/worker";
import { drawBlock } from "./draw-block.ts";

expose(drawBlock);
