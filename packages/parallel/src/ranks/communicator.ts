/** The transport between the processes (ranks) of a run. It carries bytes and does no arithmetic. */
import { InputError } from "@scratch-nn/core";
import { type RankShape, requireInteger } from "@scratch-nn/core/engine";

export interface Communicator {
  /** The number of this process, from 0. */
  readonly rank: number;
  /** The number of processes. */
  readonly size: number;
  /**
   * Sends this rank's part to all other ranks and receives theirs. The event loop stays alive.
   * @param parts the arrays of each rank: this rank's are read, the others' are written. Every rank passes the same
   *   number of arrays of the same lengths. Nothing else may touch their memory until this is done
   * @throws when a rank is lost
   */
  allGather(parts: readonly (readonly ArrayBufferView[])[]): Promise<void>;
}

/**
 * Derives from a communicator the shape that core lays out memory by.
 * @returns undefined for a run of one process
 * @throws InputError if there are more ranks than shards
 */
export function rankShape(communicator: Communicator | undefined, shards: number): RankShape | undefined {
  if (communicator === undefined) return undefined;
  const { rank, size } = communicator;
  requireInteger("communicator.size", size, 1, 2 ** 31 - 1);
  requireInteger("communicator.rank", rank, 0, size - 1);
  if (size === 1) return undefined;
  if (size > shards) {
    throw new InputError({
      where: "ranks",
      expected: `at most ${shards}, one for each shard of a batch`,
      found: String(size),
      remedy: "start fewer, or train with a larger batch or more shards",
    });
  }
  return { rank, ranks: size };
}
