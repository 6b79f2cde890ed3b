/**
 * Runs trials some of whose threads fail as the environment says (see injector.ts), and compares with core's fit.
 * Prints the attempts and whether the bits are right.
 */
import { createNetwork, fit as train } from "@scratch-nn/core";
import { hasFailed, runTrials, type Trial } from "@scratch-nn/parallel";
import { sha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const data = someExamples(20, 300, 4, "floats");
const all = Uint32Array.from({ length: 300 }, (_, c) => c);
const trials: readonly Trial[] = Array.from({ length: 4 }, (_, seed) => ({
  network: { layers: [20, 9, 4], seed },
  fit: { epochs: 4, batchSize: 32, seed },
  train: all.subarray(50),
  heldBack: all.subarray(0, 50),
}));

const outcomes = await runTrials(data, trials, { threads: 2, patience: Number(process.argv[2]) });
const found = outcomes.map((outcome, k) => {
  if (outcome === undefined || hasFailed(outcome)) return outcome;
  const network = createNetwork(trials[k].network);
  train(network, { ...data, columns: trials[k].train }, trials[k].fit);
  return { attempts: outcome.attempts, isRight: sha256(network.parameters) === sha256(outcome.parameters) };
});
console.log(JSON.stringify(found));
