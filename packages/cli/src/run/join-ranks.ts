/**
 * Determines whether this process is one of several ranks, and defines the messages that they exchange before training.
 */

import type { Ranks } from "@scratch-nn/cluster";
import { launchOf } from "@scratch-nn/cluster/launch";
import { InputError } from "@scratch-nn/core";
import { KERNEL_NAMES, type KernelName } from "@scratch-nn/core/engine";
import type { TrainOptions } from "../options/train-options.ts";
import { messageOf } from "../output/exit.ts";
import { VERSION } from "../record/environment.ts";

/**
 * Joins the other ranks where an MPI launcher has started several processes.
 * @throws InputError when MPI is missing or unsuitable, or ranks have other versions or flags
 */
export async function joinOtherRanks(): Promise<Ranks | undefined> {
  if (launchOf(process.env) === undefined) return undefined;
  const { joinRanks } = await import("@scratch-nn/cluster");
  return await joinRanks({ version: VERSION, flags: process.argv.slice(2).join(" ") });
}

/** Rank 0 sends this to the others, which train by its flags and from its starting point. */
export interface Start {
  readonly options: TrainOptions;
  /** The checkpoint's bytes, where the run is resumed. */
  readonly checkpoint: Uint8Array | undefined;
}

/** Each rank's report that it is ready. */
export interface Ready {
  /** The hash of its data, see fingerprint.ts. */
  readonly fingerprint: string;
  /** The fastest kernels on its machine. */
  readonly kernels: KernelName;
}

/** The reason why a rank is not ready. */
export interface NotReady {
  readonly failure: string;
}

export const notReady = (error: unknown): NotReady => ({ failure: messageOf(error) });

/**
 * A collective call of all ranks. Checks that they have the same data, and chooses kernels for all: sums are sent in
 * the layout of the kernels.
 * @returns kernels that run on all ranks
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
