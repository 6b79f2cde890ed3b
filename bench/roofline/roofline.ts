/**
 * The roofline: what a kernel can reach at most by its operations and by the bytes that it has to move.
 *
 * S. Williams, A. Waterman, D. Patterson, "Roofline: an insightful visual performance model for multicore architectures",
 * Communications of the ACM 52 (4), 2009.
 */

/** What a call of a kernel is, whatever computes it. */
export interface KernelWork {
  readonly flop: number;
  /** Each array that is read or written, once: a cache that holds everything in between is taken for granted. */
  readonly bytes: number;
}

/** What was measured of a machine. */
export interface MachineRoof {
  /** Multiplications and additions a second. */
  readonly peak: number;
  /** Bytes a second over arrays of so many bytes together, in any order. */
  readonly memory: readonly { readonly set: number; readonly bandwidth: number }[];
}

export interface Roof {
  /** FLOP per byte. */
  readonly intensity: number;
  /** Seconds that a call takes at least. */
  readonly seconds: number;
  readonly limit: "compute" | "memory";
}

/** The bandwidth is that of the smallest set that holds the kernel's arrays: they stay in that cache from call to call. */
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
