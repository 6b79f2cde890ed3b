/**
 * The course of a training by hand: a list of moves from the seed on, each a number of steps with the same settings.
 * Only this list is kept. Any earlier state is computed again from the seed, with the same bits.
 */
import { createNetwork, fit, type Network } from "@scratch-nn/core";
import { type Columns, examplesOf, kernelsFor, type Problem } from "./problem.ts";

/** Consecutive steps with the same settings. */
export interface Move extends Columns {
  readonly steps: number;
  readonly alpha: number;
}

export type Settings = Omit<Move, "steps">;

/** The largest number of steps of a course; recomputing them causes no noticeable delay. */
export const MOST_STEPS = 2000;

/** Computes the network after these moves. @throws DivergenceError if alpha was too large */
export function networkAfter(problem: Problem, seed: number, moves: readonly Move[]): Network {
  const network = firstNetwork(problem, seed);
  for (const move of moves) descend(network, problem, move, move.steps);
  return network;
}

export function firstNetwork({ layers }: Problem, seed: number): Network {
  return createNetwork({ layers, seed });
}

/** Trains in place for a number of steps: W := W - alpha dW. @throws DivergenceError if alpha is too large */
export function descend(network: Network, problem: Problem, settings: Settings, steps: number): void {
  const kernels = kernelsFor(problem, settings);
  fit(network, examplesOf(problem, settings), { epochs: steps, learningRate: settings.alpha, kernels });
}

export function stepsOf(moves: readonly Move[]): number {
  return moves.reduce((sum, { steps }) => sum + steps, 0);
}

/** Appends steps to the course. */
export function goOn(moves: readonly Move[], settings: Settings, steps: number): Move[] {
  const last = moves.at(-1);
  if (last === undefined || !areAlike(last, settings)) return [...moves, { ...settings, steps }];
  return [...moves.slice(0, -1), { ...last, steps: last.steps + steps }];
}

/** Truncates the course to its first `steps` steps. */
export function upTo(moves: readonly Move[], steps: number): Move[] {
  const kept: Move[] = [];
  let left = steps;
  for (const move of moves) {
    if (left <= 0) break;
    kept.push({ ...move, steps: Math.min(left, move.steps) });
    left -= move.steps;
  }
  return kept;
}

/** Compares the example even for steps on all examples, because its label may differ from the data's. */
function areAlike(a: Settings, b: Settings): boolean {
  return a.alpha === b.alpha && a.all === b.all && a.example === b.example && a.label === b.label;
}

/**
 * Encodes the moves for the address: `12s0.1e3y2` is twelve steps with alpha 0.1 on example 3, labelled as a 2. A
 * trailing `a` means all examples.
 */
export function formatMoves(moves: readonly Move[]): string {
  return moves
    .map(({ steps, alpha, example, label, all }) => `${steps}s${alpha}e${example}y${label}${all ? "a" : ""}`)
    .join("-");
}

const MOVE = /^(\d{1,4})s(\d{1,3}(?:\.\d{1,6})?)e(\d{1,4})y(\d{1,2})(a?)$/;

/** @returns the moves; empty if the text is not a course of this problem */
export function parseMoves(text: string, { labels, classes }: Problem): Move[] {
  const moves: Move[] = [];
  for (const part of text === "" ? [] : text.split("-")) {
    const found = MOVE.exec(part);
    if (found === null) return [];
    const [steps, alpha, example, label] = found.slice(1, 5).map(Number);
    const fits = steps > 0 && alpha > 0 && example < labels.length && label < classes.length;
    if (!fits) return [];
    moves.push({ steps, alpha, example, label, all: found[5] === "a" });
  }
  return stepsOf(moves) > MOST_STEPS ? [] : moves;
}
