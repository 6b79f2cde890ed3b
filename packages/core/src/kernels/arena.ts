/**
 * The memory of the kernels: one WebAssembly memory, plain for one thread, shared for several.
 *
 * Features allocated by {@link allocateFeatures} lie at the start of such a memory. The arena of a training run is then
 * placed after them, so the kernels read the features in place.
 */
import { MOST_PAGES, PAGE_BYTES, type WasmMemory, WebAssembly } from "./web-assembly.ts";

/** Regions begin on cache lines, so no two threads write to the same line. */
const CACHE_LINE = 64;
/** Address space reserved after the features for an arena: 1 GiB. It costs nothing until it is used. */
const PAGES_BEHIND_FEATURES = 16384;
/** Kernels read whole vectors, up to this many bytes past the end of their input. */
const SLACK_BYTES = 256;
/**
 * The maximum size of an arena in a WebAssembly memory. A larger arena uses ordinary memory, for the plain kernels
 * alone.
 */
export const MOST_ARENA_BYTES = MOST_PAGES * PAGE_BYTES - SLACK_BYTES;

/** A memory with features at its start. */
interface Home {
  readonly memory: WasmMemory;
  /** The offset at which an arena may begin, in bytes. */
  readonly end: number;
  /** Whether an arena currently uses the memory. */
  taken: boolean;
}

const homes = new WeakMap<object, Home>();

/** The location of an arena, from which another thread finds its regions. */
export interface ArenaPlace {
  readonly memory: WasmMemory | ArrayBuffer | SharedArrayBuffer;
  readonly begin: number;
}

/** Allocates regions one after another; the same requests give the same regions in every thread. */
export class Arena {
  readonly place: ArenaPlace;
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  #next: number;

  constructor(place: ArenaPlace) {
    this.place = place;
    this.buffer = "buffer" in place.memory ? place.memory.buffer : place.memory;
    this.#next = place.begin;
  }

  /** The offset of the first free byte. */
  get end(): number {
    return this.#next;
  }

  float32(length: number): Float32Array {
    return new Float32Array(this.buffer, this.#take(4 * length), this.#fits(length));
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.buffer, this.#take(8 * length), this.#fits(length));
  }

  int32(length: number): Int32Array {
    return new Int32Array(this.buffer, this.#take(4 * length), this.#fits(length));
  }

  uint32(length: number): Uint32Array {
    return new Uint32Array(this.buffer, this.#take(4 * length), this.#fits(length));
  }

  uint16(length: number): Uint16Array {
    return new Uint16Array(this.buffer, this.#take(2 * length), this.#fits(length));
  }

  uint8(length: number): Uint8Array {
    return new Uint8Array(this.buffer, this.#take(length), this.#fits(length));
  }

  /** @returns the offset of the region; always 0 in an arena without memory, which only measures */
  #take(bytes: number): number {
    const begin = this.#next;
    this.#next += Math.ceil(bytes / CACHE_LINE) * CACHE_LINE;
    return this.#measures ? 0 : begin;
  }

  #fits(length: number): number {
    return this.#measures ? 0 : length;
  }

  get #measures(): boolean {
    return this.buffer.byteLength === 0;
  }
}

export interface Workplace<Regions> {
  readonly arena: Arena;
  readonly regions: Regions;
  /** Whether the features lie in the same memory as the arena. */
  readonly holdsFeatures: boolean;
  /** Releases the memory for the next arena; the regions must not be used afterwards. */
  release(): void;
}

/** The bytes that `layOut` requests, measured without any memory. */
export function bytesOf(layOut: (arena: Arena) => unknown): number {
  const measured = new Arena({ memory: new ArrayBuffer(0), begin: 0 });
  layOut(measured);
  return measured.end;
}

/**
 * Allocates memory for the regions that `layOut` requests. All regions start as zeros.
 * @param layOut is called twice, first to measure; it must request the same regions each time
 * @param options.shared whether other threads will use the memory
 * @param options.features X of the examples; an arena in their memory is preferred where there is one
 */
export function makeWorkplace<Regions>(
  layOut: (arena: Arena) => Regions,
  options: { readonly shared: boolean; readonly features?: Uint8Array | Float32Array },
): Workplace<Regions> {
  const bytes = bytesOf(layOut) + SLACK_BYTES;

  const home = options.features && homes.get(options.features.buffer);
  if (home !== undefined && !home.taken && makeRoom(home, bytes)) {
    home.taken = true;
    const arena = new Arena({ memory: home.memory, begin: home.end });
    const regions = layOut(arena);
    new Uint8Array(arena.buffer, home.end, bytes).fill(0);
    return {
      arena,
      regions,
      holdsFeatures: true,
      release: () => {
        home.taken = false;
      },
    };
  }
  const arena = new Arena({ memory: newMemory(bytes, options.shared), begin: 0 });
  return { arena, regions: layOut(arena), holdsFeatures: false, release: () => {} };
}

/**
 * Allocates memory for the features of a dataset, which threads can share and kernels can read in place. Features in
 * any other memory also work, but their columns are copied tile by tile.
 */
export function allocateFeatures(bytes: number): SharedArrayBuffer {
  const pages = Math.ceil((bytes + SLACK_BYTES) / PAGE_BYTES);
  const maximum = Math.min(MOST_PAGES, pages + PAGES_BEHIND_FEATURES);
  if (WebAssembly === undefined || pages > maximum) return new SharedArrayBuffer(bytes);
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum, shared: true });
    const buffer = memory.buffer as SharedArrayBuffer;
    homes.set(buffer, { memory, end: Math.ceil((bytes + SLACK_BYTES) / CACHE_LINE) * CACHE_LINE, taken: false });
    return buffer;
  } catch {
    // The address space of such a memory is not available; ordinary memory works as well.
    return new SharedArrayBuffer(bytes);
  }
}

function makeRoom({ memory, end }: Home, bytes: number): boolean {
  const missing = Math.ceil((end + bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing <= 0) return true;
  try {
    memory.grow(missing);
    return true;
  } catch {
    return false;
  }
}

function newMemory(bytes: number, shared: boolean): ArenaPlace["memory"] {
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (WebAssembly === undefined || pages > MOST_PAGES) {
    return shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
  }
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
}
