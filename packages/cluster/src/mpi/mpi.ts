/** The few MPI functions that a run needs, with their errors as exceptions. */
import { InputError } from "@scratch-nn/core";
import { RankError } from "../rank-error.ts";
import { FLAVOUR_NAMES, type Flavour } from "./flavours.ts";
import type { MpiLibrary } from "./library.ts";

/** Only the thread that has initialised MPI calls it. */
const THREAD_FUNNELED = 1;
/** The kinds of messages: numbers of a run, or a sign of life. */
export const TAGS = { numbers: 0, alive: 1 } as const;
export type Tag = (typeof TAGS)[keyof typeof TAGS];
/** Bytes of an MPI_Status, at most, and of an MPI_Request. */
const STATUS_BYTES = 64;
const REQUEST_BYTES = { openmpi: 8, mpich: 4 } as const;
const MOST_TEXT = 8192;

/** Sends and receives in progress. */
export interface Requests {
  readonly bytes: Uint8Array;
  /** The handle of each request. */
  readonly handles: readonly Uint8Array[];
  readonly statuses: Uint8Array;
}

export class Mpi {
  readonly rank: number;
  readonly size: number;
  /** The library's own name and version, from the first line of its description. */
  readonly version: string;
  readonly #library: MpiLibrary;
  readonly #call: ReturnType<typeof bind>;
  readonly #flag = new Int32Array(new ArrayBuffer(4));
  #isOver = false;

  /**
   * Initialises MPI, once in a process.
   * @throws RankError if MPI fails
   * @throws InputError if the library does not allow other threads
   */
  constructor(library: MpiLibrary) {
    this.#library = library;
    const call = bind(library);
    this.#call = call;
    const number = this.#flag;
    this.#check("MPI_Init_thread", call.init(null, null, THREAD_FUNNELED, number));
    if (number[0] < THREAD_FUNNELED) {
      throw new InputError({
        where: "MPI",
        expected: "a library that allows for threads beside the one that calls it (MPI_THREAD_FUNNELED)",
        found: "one without",
        remedy: "install one that was built with threads, or name its file in SCRATCH_NN_MPI",
      });
    }
    // Errors are returned as codes instead of ending the process.
    this.#check("MPI_Comm_set_errhandler", call.setErrorHandler(library.handles.world, library.handles.errorsReturn));
    this.#check("MPI_Comm_rank", call.rank(library.handles.world, number));
    this.rank = number[0];
    this.#check("MPI_Comm_size", call.size(library.handles.world, number));
    this.size = number[0];
    this.version = this.#versionText();
  }

  get flavour(): Flavour {
    return this.#library.flavour;
  }

  /** Allocates room for a number of requests. */
  requests(count: number): Requests {
    const each = REQUEST_BYTES[this.#library.flavour];
    const bytes = new Uint8Array(new ArrayBuffer(count * each));
    return {
      bytes,
      handles: Array.from({ length: count }, (_, i) => bytes.subarray(i * each, (i + 1) * each)),
      statuses: new Uint8Array(new ArrayBuffer(count * STATUS_BYTES)),
    };
  }

  /** @param request receives the handle; the bytes must not change until it is done */
  send(bytes: Uint8Array, to: number, request: Uint8Array, tag: Tag = TAGS.numbers): void {
    const { world, byte } = this.#library.handles;
    this.#check("MPI_Isend", this.#call.send(bytes, bytes.length, byte, to, tag, world, request));
  }

  receive(bytes: Uint8Array, from: number, request: Uint8Array, tag: Tag = TAGS.numbers): void {
    const { world, byte } = this.#library.handles;
    this.#check("MPI_Irecv", this.#call.receive(bytes, bytes.length, byte, from, tag, world, request));
  }

  /** Whether the first `count` requests are all done. */
  areDone({ bytes, statuses }: Requests, count: number): boolean {
    this.#check("MPI_Testall", this.#call.testAll(count, bytes, this.#flag, statuses));
    return this.#flag[0] !== 0;
  }

  /** Whether one request is done. */
  isDone({ handles, statuses }: Requests, index: number): boolean {
    this.#check("MPI_Test", this.#call.test(handles[index], this.#flag, statuses));
    return this.#flag[0] !== 0;
  }

  /** Adds f32 numbers over all ranks with MPI's own sum, in whatever order MPI chooses, for comparison. */
  allReduce(numbers: Float32Array, sums: Float32Array): void {
    const { world, float, sum } = this.#library.handles;
    this.#check("MPI_Allreduce", this.#call.allReduce(numbers, sums, numbers.length, float, sum, world));
  }

  barrier(): void {
    this.#check("MPI_Barrier", this.#call.barrier(this.#library.handles.world));
  }

  /** Ends all ranks, including this one. */
  abort(code: number): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#call.abort(this.#library.handles.world, code);
  }

  /** Ends the use of MPI, once the ranks have nothing more to send to each other. */
  finalize(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#call.finalize();
  }

  #check(name: string, code: number): void {
    if (code !== 0) throw new RankError(`${name} failed: ${this.#errorText(code)}; the other processes may be gone`);
  }

  #errorText(code: number): string {
    return this.#text((text, length) => this.#call.errorString(code, text, length)) || `error ${code}`;
  }

  #versionText(): string {
    const text = this.#text((bytes, length) => this.#call.version(bytes, length))
      .split(/[\n,]/)[0]
      .replace(/\s*Version:\s*/, " ")
      .trim();
    return text || FLAVOUR_NAMES[this.#library.flavour];
  }

  #text(write: (bytes: Uint8Array, length: Int32Array) => void): string {
    const bytes = new Uint8Array(MOST_TEXT);
    write(bytes, this.#flag);
    const end = bytes.indexOf(0);
    return new TextDecoder("latin1").decode(bytes.subarray(0, end < 0 ? bytes.length : end));
  }
}

function bind({ lib, handleType: H }: MpiLibrary) {
  return {
    init: lib.func("int MPI_Init_thread(void *argc, void *argv, int required, void *provided)"),
    rank: lib.func(`int MPI_Comm_rank(${H} comm, void *rank)`),
    size: lib.func(`int MPI_Comm_size(${H} comm, void *size)`),
    setErrorHandler: lib.func(`int MPI_Comm_set_errhandler(${H} comm, ${H} handler)`),
    send: lib.func(`int MPI_Isend(void *bytes, int count, ${H} type, int to, int tag, ${H} comm, void *request)`),
    receive: lib.func(`int MPI_Irecv(void *bytes, int count, ${H} type, int from, int tag, ${H} comm, void *request)`),
    testAll: lib.func("int MPI_Testall(int count, void *requests, void *flag, void *statuses)"),
    test: lib.func("int MPI_Test(void *request, void *flag, void *status)"),
    allReduce: lib.func(`int MPI_Allreduce(void *from, void *to, int count, ${H} type, ${H} op, ${H} comm)`),
    barrier: lib.func(`int MPI_Barrier(${H} comm)`),
    abort: lib.func(`int MPI_Abort(${H} comm, int code)`),
    finalize: lib.func("int MPI_Finalize()"),
    errorString: lib.func("int MPI_Error_string(int code, void *text, void *length)"),
    version: lib.func("int MPI_Get_library_version(void *text, void *length)"),
  };
}
