/** Whether this process trains alone or as one of several, and what these tell each other before they begin. */

import type { Ranks } from "@scratch-nn/cluster";
import { launchOf } from "@scratch-nn/cluster/launch";
import { InputError } from "@scratch-nn/core";
import { KERNEL_NAMES, type KernelName } from "@scratch-nn/core/engine";
import type { TrainOptions } from "../options/train-options.ts";
import { messageOf } from "../output/exit.ts";
import { VERSION } from "../record/environment.ts";

/**
 * Joins the others, where an MPI launcher has started several processes.
 * @throws InputError when MPI is missing or does not fit, or ranks have other versions or flags
 */
export async function joinOtherRanks(): Promise<Ranks | undefined> {
  if (launchOf(process.env) === undefined) return undefined;
  const { joinRanks } = await import("@scratch-nn/cluster");
  return await joinRanks({ version: VERSION, flags: process.argv.slice(2).join(" ") });
}

/** What rank 0 tells the others: they train by its flags, from where it begins. */
export interface Start {
  readonly options: TrainOptions;
  /** The bytes of one, where the run goes on. */
  readonly checkpoint: Uint8Array | undefined;
}

/** What each rank has found. */
export interface Ready {
  /** Of its data, see fingerprint.ts. */
  readonly fingerprint: string;
  /** What its machine computes fastest by. */
  readonly kernels: KernelName;
}

/** Why a rank is not ready. */
export interface NotReady {
  readonly failure: string;
}

export const notReady = (error: unknown): NotReady => ({ failure: messageOf(error) });

/**
 * All ranks together: whether they have the same data, and what they compute by. Sums are sent in the layout of the kernels.
 * @returns the kernels that run on all of them
 * @throws InputError on rank 0, which ends all
 */
export async function agree(ranks: Ranks, own: Ready | NotReady): Promise<KernelName> {
  const found = (await ranks.gather(own)) as (Ready | NotReady)[];
  let chosen = KERNEL_NAMES.length - 1;
  const [first] = found as Ready[];
  for (const [rank, each] of found.entries()) {
    if ("failure" in each) {
      const remedy = "start the processes where all can read the data, and by the same path";
      return await ranks.fail(
        new InputError({
          where: `rank ${rank}`,
          expected: "a process that is ready to train",
          found: each.failure,
          remedy,
        }),
      );
    }
    if (each.fingerprint !== first.fingerprint) {
      const [expected, others] = [first, each].map(({ fingerprint }) => `SHA-256 ${fingerprint.slice(0, 16)}...`);
      const remedy = "copy the same data to all machines";
      return await ranks.fail(
        new InputError({ where: `rank ${rank}`, expected: `the data of rank 0, ${expected}`, found: others, remedy }),
      );
    }
    chosen = Math.min(chosen, KERNEL_NAMES.indexOf(each.kernels));
  }
  return KERNEL_NAMES[chosen];
}
