/** Training the notes' job with more and more workers: examples a second, as a ratio to one worker. */
import { availableParallelism } from "node:os";
import { createNetwork } from "@scratch-nn/core";
import { openDataset, trainingExamples } from "@scratch-nn/data";
import * as parallel from "@scratch-nn/parallel";
import type { Task } from "./measure.ts";

const EPOCHS = 8;

export async function scalingTasks(): Promise<Task[]> {
  const source = process.env["SCRATCH_NN_MNIST"] ?? "digits";
  const dataset = await openDataset(
    source,
    source === "digits" ? { examples: 60_000, threads: availableParallelism() } : {},
  );
  const examples = trainingExamples(dataset);
  const layers = [dataset.inputs, 10, dataset.classes.length];
  const counts = [1, 2, 4, 8, 16, 32].filter((workers) => workers <= Math.max(2, availableParallelism()));
  return counts.map((workers) => ({
    name: `notes, full batch, ${dataset.name === "digits" ? "digits" : "MNIST"}, ${workers} ${workers === 1 ? "worker" : "workers"}`,
    items: EPOCHS * dataset.train.length,
    run: () => parallel.fit(createNetwork({ layers }), examples, { epochs: EPOCHS, workers }),
  }));
}
