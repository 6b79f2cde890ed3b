/** Joining the other processes of a run. */
import { fstatSync } from "node:fs";
import { endianness } from "node:os";
import { InputError } from "@scratch-nn/core";
import { launchOf } from "./launch.ts";
import { gatherMessages } from "./messages.ts";
import { LastWait } from "./mpi/last-wait.ts";
import { LIBRARY_VARIABLE, loadMpi } from "./mpi/library.ts";
import { Mpi } from "./mpi/mpi.ts";
import { MpiCommunicator } from "./mpi-communicator.ts";
import { patienceOf } from "./patience.ts";

/** For what was written last to be passed on. */
const LAST_WORDS_MILLISECONDS = 200;

const BYTE_ORDERS = ["LE", "BE"] as const;

/** What all ranks must have alike, by name, as text; that it differs is told with the name. */
export type Alike = Readonly<Record<string, string>>;

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
    const other = orders.findIndex(([order]) => order !== orders[0][0]);
    if (other < 0) return;
    const [expected, found] = [0, other].map((rank) => BYTE_ORDERS[orders[rank][0]]);
    const remedy = "start all processes of a run on machines of one byte order";
    await this.fail(
      new InputError({ where: `rank ${other}`, expected: `the byte order of rank 0, ${expected}`, found, remedy }),
    );
  }

  /**
   * Compares what all ranks must have alike.
   * @throws InputError on rank 0 where another differs, which ends all; there, it does not settle
   */
  async requireAlike(alike: Alike): Promise<void> {
    const [first, ...others] = (await this.gather(alike)) as (Alike | undefined)[];
    for (const [i, other] of others.entries()) {
      const name = Object.keys(alike).find((each) => first?.[each] !== other?.[each]);
      if (name === undefined) continue;
      await this.fail(
        new InputError({
          where: `rank ${i + 1}`,
          expected: `the same ${name} as on rank 0, ${first?.[name] ?? "none"}`,
          found: other?.[name] ?? "another",
          remedy: "start all processes of a run alike, and install the same on all machines",
        }),
      );
    }
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
    // Of MPICH's, see there.
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
