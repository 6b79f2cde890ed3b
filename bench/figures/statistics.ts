/** Computes medians with their spread and confidence intervals, and formats figures. */
import { randomStream } from "@scratch-nn/core/engine";

export interface Figure {
  readonly median: number;
  /** Half the interquartile range, as a fraction of the median. */
  readonly spread: number;
  /** The 95 % confidence interval of the median, [low, high]; the least and the most of fewer than six rounds. */
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
 * Returns how many of the least, and of the most, of n values to leave out of an interval that holds the median with a
 * probability of 95 % or more. Each value is below the median with probability 1/2, so the binomial distribution
 * applies.
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

/** Returns a quantile by linear interpolation. @param q from 0, the least, to 1, the most */
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

/** Formats a Markdown table. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Formats a row of a Markdown table. */
export const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Formats a rate, such as 1.23 M or 56.7 k. */
export function rate(perSecond: number): string {
  if (perSecond >= 1e9) return `${(perSecond / 1e9).toPrecision(3)} G`;
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toPrecision(3)} M`;
  return perSecond >= 1e3 ? `${(perSecond / 1e3).toPrecision(3)} k` : perSecond.toPrecision(3);
}

export const percent = (share: number): string => `±${(100 * share).toFixed(0)} %`;

/** Formats a figure with its interval: 1.93 (1.90 to 1.97). */
export const between = ({ median, low, high }: Figure): string =>
  `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;

/** Shuffles items in an order that depends on the seed alone. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const stream = randomStream(seed, 0);
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = stream.below(i + 1, i);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
