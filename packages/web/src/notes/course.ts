/**
 * The course of a training by hand: from the seed on, some steps with these settings, then some with those. It is all
 * that is kept. Any earlier moment is computed again from the seed, and has the same bits.
 */
import { createNetwork, fit, type Network } from "@scratch-nn/core";
import { type Columns, examplesOf, kernelsFor, type Problem } from "./problem.ts";

/** Steps one after another with the same settings. */
export interface Move extends Columns {
  readonly steps: number;
  readonly alpha: number;
}

export type Settings = Omit<Move, "steps">;

/** Steps that a course has at most: so many are computed again in the blink of an eye. */
export const MOST_STEPS = 2000;

/** The network as it is after these moves. @throws DivergenceError where alpha was too large */
export function networkAfter(problem: Problem, seed: number, moves: readonly Move[]): Network {
  const network = firstNetwork(problem, seed);
  for (const move of moves) descend(network, problem, move, move.steps);
  return network;
}

export function firstNetwork({ layers }: Problem, seed: number): Network {
  return createNetwork({ layers, seed });
}

/** Trains on, in place: W := W - alpha dW, so many times. @throws DivergenceError where alpha is too large */
export function descend(network: Network, problem: Problem, settings: Settings, steps: number): void {
  const kernels = kernelsFor(problem, settings);
  fit(network, examplesOf(problem, settings), { epochs: steps, learningRate: settings.alpha, kernels });
}

export function stepsOf(moves: readonly Move[]): number {
  return moves.reduce((sum, { steps }) => sum + steps, 0);
}

/** The course with so many steps more. */
export function goOn(moves: readonly Move[], settings: Settings, steps: number): Move[] {
  const last = moves.at(-1);
  if (last === undefined || !areAlike(last, settings)) return [...moves, { ...settings, steps }];
  return [...moves.slice(0, -1), { ...last, steps: last.steps + steps }];
}

/** The course as it was when it had so many steps. */
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

/** The example counts in a step of all of them, too: its label may be another than the data's. */
function areAlike(a: Settings, b: Settings): boolean {
  return a.alpha === b.alpha && a.all === b.all && a.example === b.example && a.label === b.label;
}

/** As it stands in the address: `12s0.1e3y2` for twelve steps with alpha 0.1 on example 3 as a 2; `a` for all examples. */
export function formatMoves(moves: readonly Move[]): string {
  return moves
    .map(({ steps, alpha, example, label, all }) => `${steps}s${alpha}e${example}y${label}${all ? "a" : ""}`)
    .join("-");
}

const MOVE = /^(\d{1,4})s(\d{1,3}(?:\.\d{1,6})?)e(\d{1,4})y(\d{1,2})(a?)$/;

/** @returns the moves, or none where the text is no course of that problem */
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
