import { Worker } from "node:worker_threads";
import { allocateFeatures, createNetwork, type NetworkOptions, predict, fit as train } from "@scratch-nn/core";
import { hasFailed, runTrials, type Trial, type TrialOutcome, type TrialResult } from "@scratch-nn/parallel";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { sha256 } from "../support/digest.ts";
import { someExamples } from "../support/examples.ts";

const INPUTS = 12;
const M = 200;
const { X, labels } = someExamples(INPUTS, M, 3, "bytes");
const data = { X, labels };

/** The columns whose number leaves remainder k are held back; all others are for training. */
function fold(k: number, of: number): Pick<Trial, "train" | "heldBack"> {
  const all = Array.from({ length: M }, (_, c) => c);
  return {
    train: Uint32Array.from(all.filter((c) => c % of !== k)),
    heldBack: Uint32Array.from(all.filter((c) => c % of === k)),
  };
}

const network = (seed: number): NetworkOptions => ({ layers: [INPUTS, 7, 3], activation: "tanh", seed });
const trials: readonly Trial[] = Array.from({ length: 5 }, (_, k) => ({
  network: network(k),
  fit: { epochs: 3 + k, batchSize: 16, optimizer: { name: "adam" }, seed: k },
  ...fold(k, 5),
}));

function results(outcomes: readonly (TrialOutcome | undefined)[]): TrialResult[] {
  return outcomes.map((outcome) => {
    if (outcome === undefined || hasFailed(outcome)) throw new Error(JSON.stringify(outcome));
    return outcome;
  });
}

const digests = (outcomes: readonly (TrialOutcome | undefined)[]): string[] =>
  results(outcomes).map(({ parameters, outputs }) => `${sha256(parameters)} ${sha256(outputs)}`);

/** The results of core. */
const expected = trials.map(({ network: options, fit: how, train: columns, heldBack }) => {
  const trained = createNetwork(options);
  train(trained, { ...data, columns }, how);
  const rest = Uint8Array.from(Array.from(heldBack).flatMap((c) => [...X.subarray(c * INPUTS, (c + 1) * INPUTS)]));
  return `${sha256(trained.parameters)} ${sha256(predict(trained, rest).probabilities)}`;
});

function onWorker(listener: (thread: Worker) => void): void {
  process.on("worker", listener);
  onTestFinished(() => void process.off("worker", listener));
}

describe("trials", () => {
  it.each([0, 1, 2, 3, 9])(
    "on %i threads give the bits of core's fit, and of its network held against the rest",
    async (threads) => {
      const seen: number[] = [];
      const outcomes = await runTrials(data, trials, { threads, onResult: (_, place) => seen.push(place) });
      expect(digests(outcomes)).toEqual(expected);
      expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4]);
      expect(results(outcomes).map(({ reports, attempts }) => [reports.length, attempts])).toEqual(
        trials.map((_, k) => [3 + k, 1]),
      );
    },
  );

  it.each([0, 2])("validate on columns of their own, and end with the best epoch (%i threads)", async (threads) => {
    const { train: columns, heldBack: validation } = fold(1, 4);
    const how = { epochs: 40, learningRate: 1, batchSize: 16, earlyStopping: { patience: 3 } } as const;
    const trial: Trial = { network: network(1), fit: how, train: columns, validation, heldBack: validation };
    const [outcome, other] = results(await runTrials(data, [trial, trial], { threads }));
    const trained = createNetwork(network(1));
    const looks = { validation: { ...data, columns: validation } };
    const { epochs, stoppedEarly } = train(trained, { ...data, columns }, { ...how, ...looks });
    expect(stoppedEarly).toBe(true);
    expect([outcome.reports, other.reports]).toEqual([epochs, epochs]);
    expect([outcome.parameters, other.parameters]).toEqual([trained.parameters, trained.parameters]);
  });

  it("of quantities give the network's own outputs", async () => {
    const targets = Float32Array.from({ length: 2 * M }, (_, i) => ((i * 7) % 11) / 10);
    const options: NetworkOptions = { layers: [INPUTS, 5, 2], output: "identity" };
    const trial: Trial = { network: options, fit: { epochs: 2, batchSize: 20 }, ...fold(0, 4) };
    const [outcome] = results(await runTrials({ X, targets }, [trial], { threads: 1 }));
    const trained = createNetwork(options);
    train(trained, { X, targets, columns: trial.train }, trial.fit);
    const rest = Uint8Array.from(
      Array.from(trial.heldBack).flatMap((c) => [...X.subarray(c * INPUTS, (c + 1) * INPUTS)]),
    );
    expect(outcome.outputs).toEqual(predict(trained, rest).outputs);
  });

  it("keep the network of epochs on the way: that of a run that ends there", async () => {
    const trial: Trial = { network: network(1), fit: { epochs: 5, batchSize: 16, seed: 3 }, ...fold(1, 5) };
    const outcomes = await runTrials(data, [{ ...trial, snapshots: [1, 4] }], { threads: 1 });
    const shorter = [1, 4, 5].map((epochs) => ({ ...trial, fit: { ...trial.fit, epochs } }));
    const [first, fourth, last] = digests(await runTrials(data, shorter, { threads: 1 }));
    const [{ snapshots }] = results(outcomes);
    expect(snapshots.map(({ parameters, outputs }) => `${sha256(parameters)} ${sha256(outputs)}`)).toEqual([
      first,
      fourth,
    ]);
    expect(digests(outcomes)).toEqual([last]);
  });

  it.each([[[5]], [[0]], [[2, 2]], [[1.5]]])("of snapshots after %j, which are none, fail", async (snapshots) => {
    const trial: Trial = { network: network(1), fit: { epochs: 5 }, ...fold(1, 5), snapshots };
    const [outcome] = await runTrials(data, [trial], { threads: 1 });
    expect(outcome).toMatchObject({ failure: expect.stringContaining("snapshots[") });
  });

  it("read shared memory where it is", async () => {
    const shared = new Uint8Array(allocateFeatures(X.length), 0, X.length);
    shared.set(X);
    const sent = vi.spyOn(Worker.prototype, "postMessage");
    onTestFinished(() => sent.mockRestore());
    expect(digests(await runTrials({ X: shared, labels }, trials, { threads: 2 }))).toEqual(expected);
    type Run = { args?: readonly { readonly data: typeof data }[] };
    const given = sent.mock.calls.flatMap(([message]) => (message as Run).args ?? []).map(({ data: { X: x } }) => x);
    expect(given).toHaveLength(trials.length);
    for (const x of given) expect(x.buffer).toBe(shared.buffer);
  });

  it("that lose their thread are begun again on another, to the same bits", async () => {
    let killed = 0;
    onWorker((thread) => {
      if (killed++ < 2) thread.once("message", () => void thread.terminate());
    });
    const retries: number[] = [];
    const outcomes = await runTrials(data, trials, { threads: 2, onRetry: ({ place }) => retries.push(place) });
    expect(digests(outcomes)).toEqual(expected);
    expect(retries.toSorted()).toEqual([0, 1]);
    expect(results(outcomes).map(({ attempts }) => attempts)).toEqual([2, 2, 1, 1, 1]);
  });

  it("whose threads die again and again have failed, after four attempts each", async () => {
    onWorker((thread) => void thread.once("message", () => void thread.terminate()));
    const outcomes = await runTrials(data, trials.slice(0, 2), { threads: 2 });
    const failure = expect.stringMatching(/^a thread stopped \(exit code 1\)$/);
    expect(outcomes).toEqual([
      { failure, attempts: 4 },
      { failure, attempts: 4 },
    ]);
  });

  it("that diverge, or ask for what there is not, have failed with the reason, and the others go on", async () => {
    const some = [...trials];
    some[1] = { ...some[1], network: { ...network(1), activation: "relu" }, fit: { epochs: 50, learningRate: 1e30 } };
    some[3] = { ...some[3], network: { layers: [INPUTS, 3], seed: -1 } };
    const outcomes = await runTrials(data, some, { threads: 2 });
    expect(outcomes[1]).toEqual({ failure: expect.stringContaining("became"), attempts: 1 });
    expect(outcomes[3]).toEqual({ failure: expect.stringMatching(/^seed: expected a whole number/), attempts: 1 });
    const places = [0, 2, 4];
    expect(digests(places.map((k) => outcomes[k]))).toEqual(places.map((k) => expected[k]));
  });

  it.each([0, 2])("are given up with the signal, on %i threads, and what is done stays", async (threads) => {
    const stop = new AbortController();
    const long: Trial = { ...trials[0], fit: { epochs: 1_000_000, batchSize: 1 } };
    const outcomes = await runTrials(data, [trials[0], long, long, trials[1]], {
      threads,
      signal: stop.signal,
      onResult: () => stop.abort(),
    });
    expect(digests(outcomes.slice(0, 1))).toEqual(expected.slice(0, 1));
    expect(outcomes.slice(1, 3)).toEqual([undefined, undefined]);
  });

  it.each([0, 2])("are not begun once that is not wanted, and those under way end, on %i threads", async (threads) => {
    let begun = 0;
    const outcomes = await runTrials(data, trials, { threads, mayBegin: () => begun++ < 3 });
    expect(digests(outcomes.slice(0, 3))).toEqual(expected.slice(0, 3));
    expect(outcomes.slice(3)).toEqual([undefined, undefined]);
  });

  it("that are given up before their threads are up leave no timer behind, which would keep the process", async () => {
    const [set, cleared] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
    onTestFinished(() => {
      set.mockRestore();
      cleared.mockRestore();
    });
    const stop = new AbortController();
    onWorker(() => void stop.abort());
    expect(await runTrials(data, trials, { threads: 2, signal: stop.signal })).toEqual(trials.map(() => undefined));
    const left = set.mock.calls.flatMap(([, after], i) => ((after ?? 0) >= 10_000 ? [set.mock.results[i].value] : []));
    expect(left.length).toBeGreaterThan(0);
    for (const timer of left) expect(cleared).toHaveBeenCalledWith(timer);
  });

  it("run on the calling thread where the system gives none", async () => {
    onWorker((thread) => void thread.emit("error", new Error("EAGAIN")));
    const reasons: string[] = [];
    const outcomes = await runTrials(data, trials, { threads: 2, onAlone: (reason) => reasons.push(reason) });
    expect(digests(outcomes)).toEqual(expected);
    expect(reasons).toEqual([expect.stringMatching(/EAGAIN/)]);
  });

  it("end with what onResult throws", async () => {
    const failing = runTrials(data, trials, {
      threads: 2,
      onResult: () => {
        throw new RangeError("enough");
      },
    });
    await expect(failing).rejects.toThrow(new RangeError("enough"));
  });

  it("refuse a number of threads that is none", async () => {
    await expect(runTrials(data, trials, { threads: -1 })).rejects.toThrow(/^threads: expected a whole number/);
  });
});
