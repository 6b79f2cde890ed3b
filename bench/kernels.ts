/** The plain kernels at the sizes of the notes' job, and our functions beside the engine's. */
import { chooseKernels, exp, log, randomStream, tanh } from "@scratch-nn/core";
import type { Task } from "./measure.ts";

const COLUMNS = 64;
const REPEATS = 200;

/** Results end here, so that no loop is found to be useless. */
export const sink = new Float32Array(1);

export function kernelTasks(): Task[] {
  const kernels = chooseKernels("plain");
  const shape = { units: 10, inputs: 784, columns: COLUMNS };
  const numbers = (length: number, path: number): Float32Array => {
    const stream = randomStream(1, path);
    return Float32Array.from({ length }, (_, i) => stream.uniform(i) - 0.5);
  };
  const [W, A, b, Z, dZ] = [
    numbers(7840, 1),
    numbers(784 * COLUMNS, 2),
    numbers(10, 3),
    numbers(10 * COLUMNS, 4),
    numbers(10 * COLUMNS, 5),
  ];
  const dW = new Float32Array(7840);
  const dA = new Float32Array(784 * COLUMNS);
  /** A multiply and an add for each weight and column. */
  const items = 2 * 7840 * COLUMNS * REPEATS;
  const repeat = (run: () => void) => (): void => {
    for (let i = 0; i < REPEATS; i++) run();
    sink[0] = Z[0] + dW[0] + dA[0];
  };
  return [
    { name: "affineByLanes 10 x 784", items, run: repeat(() => kernels.affineByLanes(W, A, b, Z, shape)) },
    { name: "affine 10 x 784", items, run: repeat(() => kernels.affine(W, A, b, Z, shape)) },
    { name: "addOuterProducts 10 x 784", items, run: repeat(() => kernels.addOuterProducts(dZ, A, dW, shape)) },
    { name: "backpropagate 10 x 784", items, run: repeat(() => kernels.backpropagate(W, dZ, dA, shape)) },
  ];
}

export function functionTasks(): Task[] {
  const stream = randomStream(1, 9);
  const X = Float32Array.from({ length: 100_000 }, (_, i) => 8 * stream.uniform(i) + 0.001);
  const over = (name: string, f: (x: number) => number): Task => ({
    name,
    items: X.length,
    run() {
      let sum = 0;
      for (const x of X) sum += f(x);
      sink[0] = sum;
    },
  });
  return [
    over("exp", exp),
    over("Math.exp", Math.exp),
    over("log", log),
    over("Math.log", Math.log),
    over("tanh", tanh),
    over("Math.tanh", Math.tanh),
  ];
}
