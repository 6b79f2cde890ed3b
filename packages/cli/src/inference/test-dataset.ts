/** Evaluates a trained network on the test part of its dataset, where that part has labels or quantities. */

import type { KernelChoice } from "@scratch-nn/core";
import { type Network, predict, taskOf } from "@scratch-nn/core";
import { readOutputs } from "@scratch-nn/core/engine";
import { type Dataset, testExamples } from "@scratch-nn/data";
import { yieldToEventLoop } from "@scratch-nn/parallel";
import { type TaskFigures, tallyFor } from "./task-tally.ts";

const ROWS_AT_A_TIME = 4096;

/** Yields to the event loop between blocks. */
export async function testFigures(
  network: Network,
  dataset: Dataset,
  { kernels }: { readonly kernels: KernelChoice },
): Promise<TaskFigures> {
  const task = taskOf(dataset);
  const { X, test, inputs, values, targets } = dataset;
  const truths = values ?? Float64Array.from(targets!);
  const outputs = network.layers.at(-1)!;
  const { scale } = testExamples(dataset, network.output)!;
  const tally = tallyFor(task);
  for (let first = 0; first < test.length; first += ROWS_AT_A_TIME) {
    const columns = test.subarray(first, first + ROWS_AT_A_TIME);
    const some =
      X instanceof Uint8Array ? new Uint8Array(columns.length * inputs) : new Float32Array(columns.length * inputs);
    const wanted = new Float64Array(columns.length * outputs);
    for (const [c, column] of columns.entries()) {
      some.set(X.subarray(column * inputs, (column + 1) * inputs), c * inputs);
      wanted.set(truths.subarray(column * outputs, (column + 1) * outputs), c * outputs);
    }
    const found = predict(network, some, { scale, kernels });
    const { indices, probabilities, values: predicted } = readOutputs(task, network, found.outputs, found.classes);
    const rows = columns.length;
    tally.add({ rows, predicted: indices, probabilities, values: predicted, labels: undefined, targets: wanted });
    await yieldToEventLoop();
  }
  return tally.figures;
}
