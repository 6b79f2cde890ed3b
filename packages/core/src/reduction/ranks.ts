/**
 * Ranks: processes, on one machine or on several, each of which computes a contiguous run of the shards of every batch.
 * The tree over shards spans all ranks. A rank sends the sums of the largest subtrees that lie in its run, and the
 * process that has all of them adds the rest of the tree. So any number of ranks gives the bits of one.
 */
import { runStart, treeAdditions } from "./shards.ts";

/** The index of a rank and the number of ranks. */
export interface RankShape {
  /** From 0. */
  readonly rank: number;
  readonly ranks: number;
}

/** Shards [first, end): a whole subtree, whose sum is sent from rank to rank. */
export interface Subtree {
  readonly first: number;
  readonly end: number;
  /** The index of its sum among those that all ranks gather. */
  readonly place: number;
}

export interface RankPlan {
  /** The subtrees of each rank, in the order of their shards. */
  readonly subtrees: readonly (readonly Subtree[])[];
  /** The number of places for sums. */
  readonly places: number;
  /**
   * The additions of the tree between places, in its order. Afterwards all remaining sums are of subtrees of equal
   * size.
   */
  readonly additions: readonly (readonly [into: number, from: number])[];
  /**
   * The remaining sums are at places 0, stride, 2 stride, ..., and `count` is their number. The rest of the tree is the
   * tree over them.
   */
  readonly stride: number;
  readonly count: number;
}

/**
 * The length of the longest run may exceed the minimum by this factor. Larger units give fewer subtrees per run, and so
 * fewer sums to send.
 */
const UNEVEN = 1.15;

/** @param ranks at most `shards` */
export function planRanks(shards: number, ranks: number): RankPlan {
  const unit = unitFor(shards, ranks);
  const places = Math.ceil(shards / unit);
  let stride = 1;
  const subtrees = Array.from({ length: ranks }, (_, rank) => {
    const own: Subtree[] = [];
    const end = runStart(places, ranks, rank + 1);
    for (let place = runStart(places, ranks, rank); place < end; ) {
      let size = 1;
      while (place + size < end && place % (2 * size) === 0 && Math.min(place + 2 * size, places) <= end) size *= 2;
      stride = Math.max(stride, size);
      own.push({ first: place * unit, end: Math.min((place + size) * unit, shards), place });
      place += size;
    }
    return own;
  });
  const roots = new Set(subtrees.flat().map(({ place }) => place));
  const additions = [...treeAdditions(places)].filter(([into, from]) => from - into < stride && roots.has(from));
  return { subtrees, places, additions, stride, count: Math.ceil(places / stride) };
}

/**
 * The number of shards in a unit of distribution: the largest power of two that keeps the runs about as even as
 * possible.
 */
function unitFor(shards: number, ranks: number): number {
  const candidates: { unit: number; longest: number }[] = [];
  for (let unit = 1; Math.ceil(shards / unit) >= ranks; unit *= 2) {
    candidates.push({ unit, longest: unit * Math.ceil(Math.ceil(shards / unit) / ranks) });
  }
  const least = Math.min(...candidates.map(({ longest }) => longest));
  return candidates.findLast(({ longest }) => longest <= UNEVEN * least)!.unit;
}

/** The subtrees that one rank computes; the whole tree where there are no ranks. */
export function ownSubtrees(shards: number, shape: RankShape | undefined): readonly Subtree[] {
  if (shape === undefined) return [{ first: 0, end: shards, place: 0 }];
  return planRanks(shards, shape.ranks).subtrees[shape.rank];
}
