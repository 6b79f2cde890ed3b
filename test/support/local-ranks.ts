/**
 * Simulates ranks within one process: the exchange, which MPI does between several, copies once all ranks have called.
 */
import type { Communicator } from "@scratch-nn/parallel";

type Parts = readonly (readonly ArrayBufferView[])[];

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export interface LocalRanks {
  readonly communicators: readonly Communicator[];
  /** The total bytes that each rank has received. */
  readonly received: readonly number[];
}

export function localRanks(size: number): LocalRanks {
  let waiting: { rank: number; parts: Parts; done: () => void }[] = [];
  const received = Array.from({ length: size }, () => 0);
  const allGather = (rank: number, parts: Parts): Promise<void> =>
    new Promise((done) => {
      waiting.push({ rank, parts, done });
      if (waiting.length < size) return;
      const all = waiting;
      waiting = [];
      for (const to of all) {
        for (const from of all) {
          if (from.rank === to.rank) continue;
          for (const [i, part] of from.parts[from.rank].entries()) {
            bytesOf(to.parts[from.rank][i]).set(bytesOf(part));
            received[to.rank] += part.byteLength;
          }
        }
      }
      for (const { done } of all) done();
    });
  return {
    communicators: received.map((_, rank) => ({ rank, size, allGather: (parts) => allGather(rank, parts) })),
    received,
  };
}
