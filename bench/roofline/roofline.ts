/**
 * The roofline model: the highest speed of a kernel, given its operations and the bytes that it must move.
 *
 * S. Williams, A. Waterman, D. Patterson, "Roofline: an insightful visual performance model for multicore architectures",
 * Communications of the ACM 52 (4), 2009.
 */

/** The work of one kernel call, whatever the implementation. */
export interface KernelWork {
  readonly flop: number;
  /** The bytes of each array that is read or written, counted once: the cache is assumed to hold intermediate data. */
  readonly bytes: number;
}

/** The measured limits of a machine. */
export interface MachineRoof {
  /** Multiplications and additions a second. */
  readonly peak: number;
  /** Bytes a second over arrays of `set` bytes in total, in any order. */
  readonly memory: readonly { readonly set: number; readonly bandwidth: number }[];
}

export interface Roof {
  /** FLOP per byte. */
  readonly intensity: number;
  /** The least seconds of a call. */
  readonly seconds: number;
  readonly limit: "compute" | "memory";
}

/**
 * Computes the roof of a kernel. The bandwidth is that of the smallest measured set that holds the kernel's arrays,
 * because they stay in that cache between calls.
 */
export function roofOf({ flop, bytes }: KernelWork, { peak, memory }: MachineRoof): Roof {
  const sets = [...memory].sort((a, b) => a.set - b.set);
  const { bandwidth } = sets.find(({ set }) => set >= bytes) ?? sets.at(-1)!;
  const [computing, moving] = [flop / peak, bytes / bandwidth];
  return {
    intensity: flop / bytes,
    seconds: Math.max(computing, moving),
    limit: computing >= moving ? "compute" : "memory",
  };
}
