/** Joins the other processes of a run. */
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

/** Milliseconds for the launcher to pass this process's last output on. */
const LAST_WORDS_MILLISECONDS = 200;

/** One of several processes that train together. */
export class Ranks {
  readonly #mpi: Mpi;
  readonly communicator: MpiCommunicator;
  readonly #onExit = (code: number): void => {
    // The launcher discards output that it has not read yet.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WORDS_MILLISECONDS);
    this.#mpi.abort(code === 0 ? 1 : code);
  };

  /** @param patience milliseconds for which other ranks may be silent within a step */
  constructor(mpi: Mpi, patience: number) {
    this.#mpi = mpi;
    this.communicator = new MpiCommunicator(mpi, patience);
    // If this process ends early, for any reason, so do the other ranks: they cannot continue without it.
    process.once("exit", this.#onExit);
  }

  get rank(): number {
    return this.#mpi.rank;
  }

  get size(): number {
    return this.#mpi.size;
  }

  /** The MPI library's own name and version. */
  get version(): string {
    return this.#mpi.version;
  }

  /** Sends this rank's message to all ranks. @returns the messages of all ranks, by rank */
  gather(own: unknown): Promise<unknown[]> {
    return gatherMessages(this.communicator, own);
  }

  /**
   * Requires the same byte order on all ranks, since numbers are sent as they are in memory.
   * @throws InputError like {@link requireAlike}
   */
  async requireByteOrder(): Promise<void> {
    const orders = Array.from({ length: this.size }, () => new Uint8Array(1));
    orders[this.rank][0] = BYTE_ORDERS.indexOf(endianness());
    await this.communicator.allGather(orders.map((order) => [order]));
    const fault = otherByteOrder(orders.map(([order]) => BYTE_ORDERS[order]));
    if (fault !== undefined) await this.fail(new InputError(fault));
  }

  /**
   * Requires the same properties on all ranks.
   * @throws InputError on rank 0 if another rank differs, which ends all ranks; elsewhere it does not settle
   */
  async requireAlike(alike: Alike): Promise<void> {
    const fault = otherThanFirst((await this.gather(alike)) as (Alike | undefined)[]);
    if (fault !== undefined) await this.fail(new InputError(fault));
  }

  /**
   * Ends the run with an error that all ranks have detected.
   * @throws the error on rank 0, which ends all ranks; elsewhere it does not settle
   */
  async fail(error: Error): Promise<never> {
    if (this.rank === 0) throw error;
    return await this.#untilTheEnd();
  }

  /**
   * Adds f32 numbers over all ranks with MPI's own sum, in an order that MPI chooses: for comparison. Blocks inside
   * MPI.
   */
  allReduce(numbers: Float32Array, sums: Float32Array): void {
    this.#mpi.allReduce(numbers, sums);
  }

  /** Blocks inside MPI until all ranks have called it. */
  barrier(): void {
    this.#mpi.barrier();
  }

  /** Leaves the run, once all ranks do. */
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
 * Checks the socket on which MPICH's launcher communicates with its processes. They inherit it, but a program started
 * in between, such as a package manager, does not pass it on.
 * @throws InputError if it is not open: MPI would end the process, with a message about a file descriptor
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
 * Joins the other processes, if a launcher has started several.
 * @param alike the properties that all of them must have in common
 * @returns undefined for a single process
 * @throws InputError if MPI is missing, if the library is not the launcher's, or if ranks differ
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
