/** What carries bytes between the processes of a run. The sums are not its business. */
import { InputError } from "@scratch-nn/core";
import { type RankShape, requireInteger } from "@scratch-nn/core/engine";

export interface Communicator {
  /** Which of the processes this one is, from 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /**
   * Every rank sends its part to all others and receives theirs. The event loop goes on meanwhile.
   * @param parts of each rank: this one's is read, the others' are written to. Every rank passes as many arrays of the same
   *   lengths, in memory that nobody else touches until this is over
   * @throws when a rank is lost
   */
  allGather(parts: readonly (readonly ArrayBufferView[])[]): Promise<void>;
}

/**
 * What a run's memory follows from. @returns undefined for a run that is not one of several
 * @throws InputError where there are more ranks than shards
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
