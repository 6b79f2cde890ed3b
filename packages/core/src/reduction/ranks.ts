/**
 * Ranks: processes, on one machine or on several, each of which computes a run of the shards of every batch. The tree over
 * shards goes on across them: a rank sends the roots of the largest subtrees that lie in its run, and what is left of the
 * tree is added by whoever has all of them. So any number of ranks gives the bits of one.
 */
import { runStart, treeAdditions } from "./shards.ts";

/** Which of how many this one is. */
export interface RankShape {
  /** From 0. */
  readonly rank: number;
  readonly ranks: number;
}

/** Shards [first, end): a whole subtree, whose sum goes from rank to rank. */
export interface Subtree {
  readonly first: number;
  readonly end: number;
  /** The place of its sum among those that all ranks gather. */
  readonly place: number;
}

export interface RankPlan {
  /** Of each rank, in the order of their shards. */
  readonly subtrees: readonly (readonly Subtree[])[];
  /** Places for sums. */
  readonly places: number;
  /** Additions of the tree between places, in its order: afterwards the sums that are left are all of subtrees alike. */
  readonly additions: readonly (readonly [into: number, from: number])[];
  /** These sums lie at 0, stride, 2 stride, ..., and so many there are: the rest of the tree is the one over them. */
  readonly stride: number;
  readonly count: number;
}

/**
 * How much longer the longest run may be than it has to be, as a factor. Longer units mean fewer subtrees in a run: fewer
 * sums to send.
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

/** The shards that ranks take at a time: the largest power of two with which their runs are about as even as can be. */
function unitFor(shards: number, ranks: number): number {
  const candidates: { unit: number; longest: number }[] = [];
  for (let unit = 1; Math.ceil(shards / unit) >= ranks; unit *= 2) {
    candidates.push({ unit, longest: unit * Math.ceil(Math.ceil(shards / unit) / ranks) });
  }
  const least = Math.min(...candidates.map(({ longest }) => longest));
  return candidates.findLast(({ longest }) => longest <= UNEVEN * least)!.unit;
}

/** The subtrees that one of the ranks computes; all of the tree where there are no ranks. */
export function ownSubtrees(shards: number, shape: RankShape | undefined): readonly Subtree[] {
  if (shape === undefined) return [{ first: 0, end: shards, place: 0 }];
  return planRanks(shards, shape.ranks).subtrees[shape.rank];
}
