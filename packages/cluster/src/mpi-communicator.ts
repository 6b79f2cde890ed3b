/**
 * The communicator of packages/parallel over MPI: every rank sends its part to each other rank, and never blocks in
 * MPI.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { type Communicator, Turn } from "@scratch-nn/parallel";
import { type Mpi, type Requests, TAGS } from "./mpi/mpi.ts";
import { RankError } from "./rank-error.ts";

/** The largest size of a message in bytes: MPI counts them in an int. */
const MOST_BYTES = 2 ** 30;
/** How long the event loop may be blocked. */
const TURN_MILLISECONDS = 10;
/** The limits of the number of polls, of about a microsecond each, before a wait starts to nap. The number adapts. */
const MOST_LOOKS = 2000;
const FEWEST_LOOKS = 20;
/** A nap leaves the core to other processes, or to threads of this one. */
const NAP_MILLISECONDS = 0.05;
/** The interval between checks that the launcher still exists. */
const LAUNCHER_MILLISECONDS = 1000;
/** How long a rank that was told to end still waits for the others. Its launcher soon kills it. */
const LAST_WAIT_MILLISECONDS = 500;
/** How long a rank listens for signs of life from the others, once its patience has run out. */
const ROLL_CALL_MILLISECONDS = 1500;
/** Each rank listens this much longer than the one before it, so that only the first, rank 0 if possible, reports. */
const LATER_MILLISECONDS = 2000;
const LATEST_MILLISECONDS = 20_000;

export class MpiCommunicator implements Communicator {
  readonly #mpi: Mpi;
  readonly #launcher = process.ppid;
  readonly #word = new Int32Array(new SharedArrayBuffer(4));
  readonly #patience: number;
  /** Bytes that ranks exchange to show that they are alive. MPI may write to them after a wait has ended. */
  readonly #signsOfLife: Uint8Array;
  #requests: Requests;
  /** When this process was told to end, during the current wait. */
  #toldAt: number | undefined;
  #isToEnd: () => boolean = () => false;
  #looks = MOST_LOOKS;

  /** @param patience milliseconds for which other ranks may be silent within a step */
  constructor(mpi: Mpi, patience: number) {
    this.#mpi = mpi;
    this.#requests = mpi.requests(4 * mpi.size);
    this.#patience = patience;
    this.#signsOfLife = new Uint8Array(2 * mpi.size);
  }

  get rank(): number {
    return this.#mpi.rank;
  }

  get size(): number {
    return this.#mpi.size;
  }

  /**
   * Sets the check whether this process was told to end. If so, it waits only briefly for others, which may have ended.
   */
  endWhen(isToEnd: () => boolean): void {
    this.#isToEnd = isToEnd;
  }

  async allGather(
    parts: readonly (readonly ArrayBufferView[])[],
    { patience = this.#patience }: { readonly patience?: number } = {},
  ): Promise<void> {
    const messages = parts.map((part) => part.flatMap(messagesOf));
    const own = messages[this.rank];
    const peers: number[] = [];
    for (const [peer, theirs] of messages.entries()) {
      if (peer === this.rank) continue;
      for (const _ of [...theirs, ...own]) peers.push(peer);
    }
    if (peers.length > this.#requests.handles.length) this.#requests = this.#mpi.requests(2 * peers.length);
    const { handles } = this.#requests;
    let at = 0;
    // Each rank starts with a different neighbour, so that not all of them send to the same one.
    for (let step = 1; step < this.size; step++) {
      const peer = (this.rank + step) % this.size;
      for (const message of messages[peer]) this.#mpi.receive(message, peer, handles[at++]);
    }
    for (let step = 1; step < this.size; step++) {
      const peer = (this.rank + this.size - step) % this.size;
      for (const message of own) this.#mpi.send(message, peer, handles[at++]);
    }
    await this.#untilDone(at, patience);
  }

  async #untilDone(count: number, patience: number): Promise<void> {
    const since = performance.now();
    const turn = new Turn(TURN_MILLISECONDS);
    let lookedForLauncher = since;
    this.#toldAt = undefined;
    for (let look = 1; ; look++) {
      if (this.#mpi.areDone(this.#requests, count)) {
        if (look < this.#looks) this.#looks = Math.min(MOST_LOOKS, 2 * this.#looks);
        return;
      }
      if (look < this.#looks) continue;
      if (look === this.#looks) this.#looks = Math.max(FEWEST_LOOKS, this.#looks >> 1);
      Atomics.wait(this.#word, 0, 0, NAP_MILLISECONDS);
      if (!turn.isOver()) continue;
      await turn.yield();
      const now = performance.now();
      if (this.#isToEnd()) this.#toldAt ??= now;
      if (now - (this.#toldAt ?? now) > LAST_WAIT_MILLISECONDS) {
        throw new RankError("this run was told to end, and other ranks do not answer");
      }
      if (now - since > patience) throw new RankError(`${await this.#absent()} for ${patience / 1000} seconds`);
      if (now - lookedForLauncher < LAUNCHER_MILLISECONDS) continue;
      lookedForLauncher = now;
      // The process that has started this one has ended before it.
      if (process.ppid !== this.#launcher)
        throw new RankError("the launcher of this run is gone, and with it other processes");
    }
  }

  /**
   * Finds out which ranks are silent, once nothing has arrived for too long. A rank that waits for a silent one sends
   * nothing either. Its patience runs out at about the same time, however, and then it sends a sign of life.
   */
  async #absent(): Promise<string> {
    const { rank, size } = this;
    const others = Array.from({ length: size - 1 }, (_, i) => (rank + 1 + i) % size);
    const requests = this.#mpi.requests(2 * others.length);
    const { handles } = requests;
    const word = (i: number): Uint8Array => this.#signsOfLife.subarray(i, i + 1);
    for (const [i, other] of others.entries()) {
      this.#mpi.receive(word(i), other, handles[i], TAGS.alive);
      const at = others.length + i;
      this.#mpi.send(word(at), other, handles[at], TAGS.alive);
    }
    await sleep(ROLL_CALL_MILLISECONDS + Math.min(LATER_MILLISECONDS * rank, LATEST_MILLISECONDS));
    // The first test makes MPI receive the messages that have arrived meanwhile.
    for (const i of others.keys()) this.#mpi.isDone(requests, i);
    const absent = others.filter((_, i) => !this.#mpi.isDone(requests, i)).sort((a, b) => a - b);
    if (absent.length === 0) return "ranks wait for each other, and nothing comes,";
    return absent.length === 1 ? `rank ${absent[0]} sends nothing` : `ranks ${absent.join(", ")} send nothing`;
  }
}

/** Splits the bytes of an array into messages. */
function messagesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array[] {
  const messages: Uint8Array[] = [];
  for (let at = 0; at < byteLength; at += MOST_BYTES) {
    messages.push(new Uint8Array(buffer, byteOffset + at, Math.min(MOST_BYTES, byteLength - at)));
  }
  return messages;
}
