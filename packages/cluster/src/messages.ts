/** Exchanges messages of any length between ranks, for the set-up of a run rather than its steps. */
import { deserialize, serialize } from "node:v8";
import type { MpiCommunicator } from "./mpi-communicator.ts";

/** A rank may take long to read its data. */
const PATIENCE_MILLISECONDS = 3_600_000;

/**
 * Sends this rank's message to all ranks.
 * @returns the messages of all ranks, by rank; undefined for one that cannot be decoded
 */
export async function gatherMessages(communicator: MpiCommunicator, own: unknown): Promise<unknown[]> {
  const { rank, size } = communicator;
  const limit = { patience: PATIENCE_MILLISECONDS };
  const bytes = new Uint8Array(serialize(own));
  const lengths = Array.from({ length: size }, () => new Float64Array(1));
  lengths[rank][0] = bytes.length;
  await communicator.allGather(
    lengths.map((length) => [length]),
    limit,
  );
  const messages = lengths.map(([length], r) => (r === rank ? bytes : new Uint8Array(length)));
  await communicator.allGather(
    messages.map((message) => [message]),
    limit,
  );
  return messages.map(read);
}

function read(bytes: Uint8Array): unknown {
  try {
    return deserialize(bytes);
  } catch {
    return undefined;
  }
}
