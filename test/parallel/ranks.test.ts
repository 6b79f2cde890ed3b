import * as core from "@scratch-nn/core";
import * as parallel from "@scratch-nn/parallel";
import { describe, expect, it } from "vitest";
import { weightsSha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";
import { type LocalRanks, localRanks } from "../support/local-ranks.ts";
import { JOBS } from "../support/same-bits.ts";

interface Trained {
  readonly result: core.FitResult;
  readonly sha256: string;
  readonly network: core.Network;
}

type Options = Omit<parallel.ParallelFitOptions, "communicator">;

/** Trains a network on every rank. */
function fitOnRanks(
  { communicators }: LocalRanks,
  network: () => core.Network,
  examples: core.Examples,
  options: (rank: number) => Options,
): Promise<Trained[]> {
  return Promise.all(
    communicators.map(async (communicator, rank) => {
      const own = network();
      const result = await parallel.fit(own, examples, { cores: 3, ...options(rank), communicator });
      return { result, sha256: weightsSha256(own), network: own };
    }),
  );
}

describe.each(JOBS.filter(({ options: { shards } }) => shards !== 1))(
  "$name",
  ({ layers, activation, m, type, options }) => {
    const examples = someExamples(layers[0], m, layers.at(-1)!, type);
    const make = () => core.createNetwork({ layers, activation: activation ?? "relu", seed: 1 });
    const alone = make();
    const { epochs } = core.fit(alone, examples, options);

    // Only the first of three ranks has a worker: further combinations take long and test nothing new.
    it.each([2, 3, 4])("%i ranks end in the bits of one process", async (n) => {
      const trained = await fitOnRanks(localRanks(n), make, examples, (rank) => ({
        ...options,
        workers: n === 3 && rank === 0 ? 2 : 1,
        update: "slices",
      }));
      for (const { sha256, result } of trained) {
        expect(sha256).toBe(weightsSha256(alone));
        expect(result.epochs).toEqual(epochs);
      }
    });
  },
);

const LAYERS = [50, 12, 4];
const examples = someExamples(50, 700, 4, "bytes");
const make = () => core.createNetwork({ layers: LAYERS, seed: 1 });
const OPTIONS = { epochs: 6, batchSize: 64 } as const;
const alone = make();
core.fit(alone, examples, OPTIONS);

describe("ranks", () => {
  it("share the shards of a validation, and keep the same best epoch", async () => {
    for (const columns of [[0, 1, 699], Array.from({ length: 300 }, (_, i) => i)]) {
      const options = { ...OPTIONS, validation: { ...examples, columns }, keep: "best" } as const;
      const one = make();
      const expected = core.fit(one, examples, options);
      const trained = await fitOnRanks(localRanks(3), make, examples, () => ({ ...options, workers: 1 }));
      for (const { sha256, result } of trained) {
        expect(result.epochs).toEqual(expected.epochs);
        expect(sha256).toBe(weightsSha256(one));
      }
    }
  });

  it("send a sum each in a step, whatever their shards and threads", async () => {
    const ranks = localRanks(2);
    await fitOnRanks(ranks, make, examples, () => ({ epochs: 5, workers: 2 }));
    const parameters = 4 * (50 * 12 + 12 + 12 * 4 + 4);
    for (const bytes of ranks.received) {
      expect(bytes / 5).toBeGreaterThanOrEqual(parameters);
      // The sums are padded to whole vectors, and the shards' figures are sent too.
      expect(bytes / 5).toBeLessThan(2 * parameters);
    }
  });

  it("lose a worker, and the step is done again where it was lost", async () => {
    let controls: parallel.FitControls | undefined;
    const stop = new AbortController();
    const retries: parallel.Retry[] = [];
    const kill = (): void => {
      controls?.kill(1 + (retries.length % 2));
    };
    // Trains until two workers were lost, however long that takes.
    const trained = await fitOnRanks(localRanks(2), make, examples, (rank) => ({
      ...OPTIONS,
      epochs: 1_000_000,
      workers: rank === 1 ? 3 : 1,
      update: "slices",
      threadsAtWork: 3,
      ...(rank === 1 && {
        signal: stop.signal,
        controls: (given: parallel.FitControls) => {
          controls = given;
        },
        onEpoch: kill,
        onRetry: (retry: parallel.Retry) => {
          if (retries.push(retry) === 2) stop.abort();
        },
      }),
    }));
    expect(retries.length).toBeGreaterThanOrEqual(2);
    const [{ result, network }] = trained;
    const { position: from } = result;
    const rest = { ...OPTIONS, epochs: from.epoch };
    const undisturbed = make();
    core.fit(undisturbed, examples, rest);
    for (const { sha256 } of trained) expect(sha256).toBe(trained[0].sha256);
    core.fit(network, examples, { ...rest, from });
    expect(weightsSha256(network)).toBe(weightsSha256(undisturbed));
  });

  it("stop after the same step when one is told to, and go on in any number", async () => {
    const stop = new AbortController();
    const stopped = await fitOnRanks(localRanks(3), make, examples, (rank) => ({
      ...OPTIONS,
      workers: 1 + (rank % 2),
      ...(rank === 2 && {
        signal: stop.signal,
        onEpoch: ({ epoch }: core.EpochReport) => {
          if (epoch === 2) stop.abort();
        },
      }),
    }));
    const [{ result, network }] = stopped;
    expect(result.completed).toBe(false);
    expect(result.steps).toBeLessThanOrEqual(23);
    for (const other of stopped) {
      expect(other.result.position.steps).toBe(result.position.steps);
      expect(other.sha256).toBe(stopped[0].sha256);
    }
    for (const size of [1, 2, 4]) {
      const from = result.position;
      const again = () => core.networkOf(LAYERS, "relu", network.parameters.slice());
      const trained = await fitOnRanks(localRanks(size), again, examples, () => ({ ...OPTIONS, from, workers: 1 }));
      for (const { sha256 } of trained) expect(sha256).toBe(weightsSha256(alone));
    }
  });

  it("keep the last whole step where the others cannot be reached any more", async () => {
    const [communicator] = localRanks(2).communicators;
    const taken: core.TrainingPosition[] = [];
    let left = 0;
    const broken = { ...communicator, allGather: () => (left++ < 7 ? Promise.resolve() : Promise.reject(lost)) };
    const lost = new Error("rank 1 is gone");
    const checkpoints = { areDue: () => false, take: (position: core.TrainingPosition) => taken.push(position) };
    const training = parallel.fit(make(), examples, { ...OPTIONS, workers: 2, communicator: broken, checkpoints });
    await expect(training).rejects.toThrow(lost);
    expect(taken.map(({ steps }) => steps)).toEqual([7]);
  });

  it("must not be more than there are shards", async () => {
    const [communicator] = localRanks(9).communicators;
    await expect(parallel.fit(make(), examples, { ...OPTIONS, communicator })).rejects.toThrow(
      "ranks: expected at most 8, one for each shard of a batch, found 9",
    );
  });
});
