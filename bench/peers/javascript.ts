/**
 * Runs the jobs in TensorFlow.js or brain.js, for bench/suites/peers.ts:
 *
 *   node javascript.ts tfjs-cpu|tfjs-wasm|brain <folder that has the packages in node_modules>
 *
 * Reads a job from each line of stdin, trains for about a second, and answers with examples a second. TensorFlow.js
 * computes the arithmetic of the notes with its own gradients. brain.js has no batches and no softmax: it updates after
 * every example.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { benchExamples } from "../jobs/jobs.ts";

/** Milliseconds to measure, after a warm-up. */
const COUNTED = 1000;
const WARM_UP = 300;
const RATE = 0.1;
/** Examples between two readings of the clock, for brain.js. */
const BRAIN_CHUNK = 200;
const PIXEL = 255;

interface PeerJob {
  readonly layers: readonly number[];
  readonly batchSize: number | null;
}

/** Trains on some examples. @returns how many */
type Step = () => number;

interface Tensor {
  dispose(): void;
}

/** The part of TensorFlow.js that is used here. */
interface Tf {
  readonly version_core: string;
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy<Result>(run: () => Result): Result;
  tensor2d(values: Float32Array, shape: readonly [number, number]): Tensor;
  tensor1d(values: Int32Array, type: "int32"): Tensor;
  oneHot(indices: Tensor, depth: number): Tensor;
  randomNormal(shape: readonly number[], mean: number, deviation: number): Tensor;
  zeros(shape: readonly number[]): Tensor;
  variable(initial: Tensor): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  add(a: Tensor, b: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  readonly losses: { softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor };
  readonly train: { sgd(rate: number): { minimize(loss: () => Tensor): void } };
}

interface Brain {
  readonly NeuralNetwork: new (
    options: object,
  ) => { train(data: readonly { input: Float32Array; output: Float32Array }[], options: object): unknown };
}

const [library, folder] = process.argv.slice(2);
const require = createRequire(join(folder, "index.js"));
const { examples } = await benchExamples();
const order = examples.columns!;
const m = order.length;

/** Returns the pixels of positions [from, from + count) of the order, [count, inputs]. */
function pixelsOf(from: number, count: number, inputs: number): Float32Array {
  const pixels = new Float32Array(count * inputs);
  for (let c = 0; c < count; c++) {
    const column = Number(order[(from + c) % m]);
    for (let i = 0; i < inputs; i++) pixels[c * inputs + i] = Number(examples.X[column * inputs + i]) / PIXEL;
  }
  return pixels;
}

const labelsOf = (from: number, count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, c) => Number(examples.labels![Number(order[(from + c) % m])]));

async function tensorflow(backend: "cpu" | "wasm"): Promise<{ version: string; stepsOf: (job: PeerJob) => Step }> {
  // The whole library, because its core has no gradients.
  const tf = require("@tensorflow/tfjs") as Tf;
  if (backend === "wasm") require("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend}`);
  await tf.ready();
  return {
    version: tf.version_core,
    stepsOf({ layers, batchSize }) {
      const parameters = layers.slice(1).map((units, l) => ({
        W: tf.variable(tf.randomNormal([layers[l], units], 0, Math.sqrt(2 / layers[l]))),
        b: tf.variable(tf.zeros([units])),
      }));
      const optimiser = tf.train.sgd(RATE);
      const count = batchSize ?? m;
      const batchOf = (from: number) => ({
        X: tf.tensor2d(pixelsOf(from, count, layers[0]), [count, layers[0]]),
        Y: tf.oneHot(tf.tensor1d(labelsOf(from, count), "int32"), layers.at(-1)!),
      });
      const whole = batchSize === null ? batchOf(0) : undefined;
      let at = 0;
      return () => {
        tf.tidy(() => {
          const { X, Y } = whole ?? batchOf(at);
          optimiser.minimize(() => {
            let A = X;
            for (const [l, { W, b }] of parameters.entries()) {
              const Z = tf.add(tf.matMul(A, W), b);
              A = l === parameters.length - 1 ? Z : tf.relu(Z);
            }
            return tf.losses.softmaxCrossEntropy(Y, A);
          });
        });
        at += count;
        return count;
      };
    },
  };
}

function brain(): { version: string; stepsOf: (job: PeerJob) => Step } {
  const { NeuralNetwork } = require("brain.js") as Brain;
  const { version } = require("brain.js/package.json") as { readonly version: string };
  return {
    version,
    stepsOf({ layers }) {
      const network = new NeuralNetwork({
        hiddenLayers: layers.slice(1, -1),
        activation: "relu",
        learningRate: RATE / 10,
      });
      let at = 0;
      return () => {
        const pixels = pixelsOf(at, BRAIN_CHUNK, layers[0]);
        const labels = labelsOf(at, BRAIN_CHUNK);
        const data = Array.from(labels, (label, c) => {
          const output = new Float32Array(layers.at(-1)!);
          output[label] = 1;
          return { input: pixels.subarray(c * layers[0], (c + 1) * layers[0]), output };
        });
        network.train(data, { iterations: 1, log: false, errorThresh: 1e-9 });
        at += BRAIN_CHUNK;
        return BRAIN_CHUNK;
      };
    },
  };
}

function speedOf(step: Step): number {
  const begin = performance.now();
  do step();
  while (performance.now() - begin < WARM_UP);
  const start = performance.now();
  let count = 0;
  do count += step();
  while (performance.now() - start < COUNTED);
  return (1000 * count) / (performance.now() - start);
}

// Stdout carries the answers, so libraries must not log to it.
const silent = (): void => {};
Object.assign(console, { log: silent, info: silent, warn: silent });
const { version, stepsOf } = library === "brain" ? brain() : await tensorflow(library === "tfjs-wasm" ? "wasm" : "cpu");
process.stdout.write(`${JSON.stringify(version)}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(speedOf(stepsOf(JSON.parse(line) as PeerJob)))}\n`);
}
