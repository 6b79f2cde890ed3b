// A program on all packages like a user's under Node.
import { Worker } from "node:worker_threads";
import { createNetwork, encodeModel } from "@scratch-nn/core";
import { openDataset, trainingExamples } from "@scratch-nn/data";
import { evaluate, type ParallelFitOptions, fit as train, WorkerError } from "@scratch-nn/parallel";

const dataset = await openDataset("digits", { examples: 100 });
const network = createNetwork({ layers: [dataset.inputs, 10, dataset.classes.length] });
const examples = trainingExamples(dataset);
const url: URL = new URL("./worker.js", import.meta.url);
const options: ParallelFitOptions = { epochs: 3, workers: 2, workerUrl: url };
await train(network, examples, { ...options, workerUrl: () => new Worker(url), signal: new AbortController().signal });
export const { accuracy } = await evaluate(network, examples, { workers: 2, workerUrl: "/srv/worker.js" });
export const bytes: Uint8Array = encodeModel({
  network,
  classes: dataset.classes,
  preprocessing: { columns: [], named: false, encoders: [] },
  label: undefined,
});
export const name: string = WorkerError.name;
