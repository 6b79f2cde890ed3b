/** Runs a rank other than 0: computes its part of every step as rank 0 directs, and prints nothing. */
import type { Ranks } from "@scratch-nn/cluster";
import { DivergenceError, InputError } from "@scratch-nn/core";
import { decodeCheckpoint } from "../checkpoint/checkpoint.ts";
import { agree, notReady, type Start } from "./join-ranks.ts";
import { openData } from "./open-data.ts";
import { type PlannedRun, planRun } from "./plan-run.ts";
import { fit } from "./train-run.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** @throws RankError when rank 0, or another, is lost */
export async function followRank(ranks: Ranks): Promise<void> {
  const stop = new AbortController();
  // Rank 0 saves the run, and all ranks end after the same step. A second signal ends this process.
  for (const signal of SIGNALS) process.once(signal, () => stop.abort());
  const [start] = (await ranks.gather(undefined)) as [Start];
  const { options } = start;
  const prepared = await prepare(start).catch(notReady);
  const isReady = !("failure" in prepared);
  const kernels = await agree(
    ranks,
    isReady ? { fingerprint: prepared.fingerprint, kernels: prepared.plan.kernels.name } : prepared,
  );
  if (!isReady) return;
  const { network, examples, fitOptions } = prepared;
  const { workers, update, threadsAtWork } = options;
  try {
    await fit(
      network,
      examples,
      { ...fitOptions, kernels, signal: stop.signal },
      { workers, update, ...(threadsAtWork && { threadsAtWork }), communicator: ranks.communicator },
    );
  } catch (error) {
    // All ranks have this error; rank 0 prints it.
    if (error instanceof DivergenceError || error instanceof InputError) await ranks.fail(error);
    throw error;
  }
  await ranks.leave();
}

async function prepare({ options, checkpoint }: Start): Promise<PlannedRun & { readonly fingerprint: string }> {
  const quiet = { ...options, quiet: true };
  const { dataset, sha256: fingerprint } = await openData(quiet, undefined, new AbortController().signal);
  const planned = await planRun(dataset, quiet, checkpoint && decodeCheckpoint(checkpoint));
  return { ...planned, fingerprint };
}
