/** Medians with their spread and their intervals. */
import { randomStream } from "@scratch-nn/core/engine";

export interface Figure {
  readonly median: number;
  /** Half the distance between the quartiles, as a share of the median. */
  readonly spread: number;
  /** Where the median of many more rounds lies, with a probability of 95 %; least and most of fewer than six rounds. */
  readonly low: number;
  readonly high: number;
}

export function figureOf(values: readonly number[]): Figure {
  const sorted = [...values].sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  const outside = outsideInterval(sorted.length);
  return {
    median,
    spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / median,
    low: sorted[outside],
    high: sorted.at(-1 - outside)!,
  };
}

/**
 * How many of the least, and of the most, of n values are left out of an interval that holds the median with 95 % or
 * more: each value is on either side of it by the toss of a coin.
 */
function outsideInterval(n: number): number {
  let outside = 0;
  let probability = 0.5 ** n;
  for (let tail = probability; ; outside++) {
    probability *= (n - outside) / (outside + 1);
    tail += probability;
    if (2 * tail > 0.05 || 2 * (outside + 1) >= n) return outside;
  }
}

/** @param q from 0, the least, to 1, the most */
export function quantileOf(values: readonly number[], q: number): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    q,
  );
}

function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

/** A Markdown table. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A row of one. */
export const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** 1.234 M, 56.7 k */
export function rate(perSecond: number): string {
  if (perSecond >= 1e9) return `${(perSecond / 1e9).toPrecision(3)} G`;
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toPrecision(3)} M`;
  return perSecond >= 1e3 ? `${(perSecond / 1e3).toPrecision(3)} k` : perSecond.toPrecision(3);
}

export const percent = (share: number): string => `±${(100 * share).toFixed(0)} %`;

/** 1.93 (1.90 to 1.97) */
export const between = ({ median, low, high }: Figure): string =>
  `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

/** The same things in an order that follows from the seed alone. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const stream = randomStream(seed, 0);
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.below(i + 1, i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
