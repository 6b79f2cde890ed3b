/** Joining the other processes of a run. */
import { fstatSync } from "node:fs";
import { endianness } from "node:os";
import { InputError } from "@scratch-nn/core";
import { type Alike, BYTE_ORDERS, otherByteOrder, otherThanFirst } from "./alike.ts";
import { launchOf } from "./launch.ts";
import { gatherMessages } from "./messages.ts";
import { LastWait } from "./mpi/last-wait.ts";
import { LIBRARY_VARIABLE, loadMpi } from "./mpi/library.ts";
import { Mpi } from "./mpi/mpi.ts";
import { MpiCommunicator } from "./mpi-communicator.ts";
import { patienceOf } from "./patience.ts";

/** For what was written last to be passed on. */
const LAST_WORDS_MILLISECONDS = 200;

/** One of several processes that train together. */
export class Ranks {
  readonly #mpi: Mpi;
  readonly communicator: MpiCommunicator;
  readonly #onExit = (code: number): void => {
    // The launcher throws away what it has not read yet.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WORDS_MILLISECONDS);
    this.#mpi.abort(code === 0 ? 1 : code);
  };

  /** @param patience milliseconds for which other ranks may be silent within a step */
  constructor(mpi: Mpi, patience: number) {
    this.#mpi = mpi;
    this.communicator = new MpiCommunicator(mpi, patience);
    // However this process ends before it has left the others: they cannot go on without it.
    process.once("exit", this.#onExit);
  }

  get rank(): number {
    return this.#mpi.rank;
  }

  get size(): number {
    return this.#mpi.size;
  }

  /** As MPI's library calls itself. */
  get version(): string {
    return this.#mpi.version;
  }

  /** Every rank says something, and hears what all say, by rank. */
  gather(own: unknown): Promise<unknown[]> {
    return gatherMessages(this.communicator, own);
  }

  /** Numbers are sent as they lie in memory. @throws InputError like {@link requireAlike} */
  async requireByteOrder(): Promise<void> {
    const orders = Array.from({ length: this.size }, () => new Uint8Array(1));
    orders[this.rank][0] = BYTE_ORDERS.indexOf(endianness());
    await this.communicator.allGather(orders.map((order) => [order]));
    const fault = otherByteOrder(orders.map(([order]) => BYTE_ORDERS[order]));
    if (fault !== undefined) await this.fail(new InputError(fault));
  }

  /**
   * Compares what all ranks must have alike.
   * @throws InputError on rank 0 where another differs, which ends all; there, it does not settle
   */
  async requireAlike(alike: Alike): Promise<void> {
    const fault = otherThanFirst((await this.gather(alike)) as (Alike | undefined)[]);
    if (fault !== undefined) await this.fail(new InputError(fault));
  }

  /** What all ranks have found out alike. @throws the error on rank 0, whose end is that of all; elsewhere it does not settle */
  async fail(error: Error): Promise<never> {
    if (this.rank === 0) throw error;
    return await this.#untilTheEnd();
  }

  /** MPI's own sum of f32 over all ranks, in whatever order it likes: to compare with. Waits inside MPI. */
  allReduce(numbers: Float32Array, sums: Float32Array): void {
    this.#mpi.allReduce(numbers, sums);
  }

  /** Waits inside MPI until all ranks are here. */
  barrier(): void {
    this.#mpi.barrier();
  }

  /** Leaves, once all do. */
  async leave(): Promise<void> {
    await this.gather("bye");
    process.off("exit", this.#onExit);
    // Only MPICH's MPI_Finalize is known to hang, see last-wait.ts.
    const limit = this.#mpi.flavour === "mpich" ? await LastWait.begin() : undefined;
    this.#mpi.finalize();
    await limit?.lift();
  }

  async #untilTheEnd(): Promise<never> {
    for (;;) await this.gather("waiting for rank 0 to end this");
  }
}

/**
 * MPICH's launcher speaks with its processes through a socket that they inherit, which what is started in between, such
 * as a package manager, does not hand on.
 * @throws InputError where it is not open: MPI would end the process, with a message about a file descriptor
 */
function requireLauncherOpen(descriptor: string | undefined): void {
  if (descriptor === undefined) return;
  try {
    if (fstatSync(Number(descriptor)).isSocket()) return;
  } catch {
    // It is closed.
  }
  throw new InputError({
    where: "PMI_FD",
    expected: "the socket of MPICH's launcher",
    found: "none: what stands between the launcher and this process has closed it",
    remedy:
      "pass -pmi-port to the launcher, or let it start node itself: mpirun -n 4 node packages/cli/src/main.ts train",
  });
}

/**
 * Joins the others, where a launcher has started several processes.
 * @param alike what must be the same on all of them
 * @returns undefined for a process on its own
 * @throws InputError when MPI is missing, or the library is not that of the launcher, or ranks differ
 */
export async function joinRanks(alike: Alike, env: NodeJS.ProcessEnv = process.env): Promise<Ranks | undefined> {
  const launch = launchOf(env);
  if (launch === undefined) return undefined;
  const patience = patienceOf(env);
  requireLauncherOpen(env["PMI_FD"]);
  const mpi = new Mpi(await loadMpi(launch));
  if (mpi.size !== (launch.size ?? mpi.size)) {
    mpi.finalize();
    throw new InputError({
      where: launch.by,
      expected: `${launch.size} processes that find each other`,
      found: `${mpi.size}, by ${mpi.version}`,
      remedy: `start with the launcher of that MPI, or name the library of the launcher's in ${LIBRARY_VARIABLE}`,
    });
  }
  if (mpi.size === 1) {
    mpi.finalize();
    return undefined;
  }
  const ranks = new Ranks(mpi, patience);
  await ranks.requireByteOrder();
  await ranks.requireAlike(alike);
  return ranks;
}
