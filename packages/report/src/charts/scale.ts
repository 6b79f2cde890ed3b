/** Maps numbers to places on an axis, from 0 to 100, with ticks at round numbers. */

import { thousands } from "../marks/numbers.ts";

export interface Scale {
  /** The place of a value: 0 at the start of the axis, 100 at its end. */
  at(value: number): number;
  readonly ticks: readonly number[];
  /** A tick as text. */
  label(tick: number): string;
}

/** With sizes outside this range, intermediate results could overflow or underflow f64. */
const [MOST, LEAST] = [1e300, 1e-290];
/** A range below this share of the numbers' size counts as a single value. */
const NEGLIGIBLE = 1e-9;

/** The approximate number of ticks. */
const TICKS = 5;

/**
 * Creates a linear scale that begins and ends at ticks.
 * @param values the values that the scale must contain
 * @param options.from, options.to fixed ends, which are not rounded
 */
export function linearScale(
  values: readonly number[],
  options: { readonly from?: number; readonly to?: number; readonly ticks?: number } = {},
): Scale {
  const finite = values.filter(Number.isFinite).map((value) => Math.min(MOST, Math.max(-MOST, value)));
  let low = options.from ?? finite.reduce((least, value) => Math.min(least, value), MOST);
  let high = options.to ?? finite.reduce((most, value) => Math.max(most, value), -MOST);
  if (low > high) [low, high] = [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  // Adds room around a single value, or around values that a screen cannot distinguish.
  if (high - low <= NEGLIGIBLE * size || size < LEAST) {
    const room = size < LEAST ? 1 : size / 2;
    [low, high] = [low - room, high + room];
  }
  const step = roundStep(high - low, options.ticks ?? TICKS);
  const first = options.from === undefined ? Math.floor(low / step + 1e-9) : Math.ceil(low / step - 1e-9);
  const last = options.to === undefined ? Math.ceil(high / step - 1e-9) : Math.floor(high / step + 1e-9);
  const count = Math.min(4 * TICKS, Math.max(0, last - first));
  const ticks = Array.from({ length: count + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  const [from, to] = [options.from ?? ticks[0], options.to ?? ticks[ticks.length - 1]];
  const span = to - from || 1;
  return {
    ticks,
    at: (value) => Math.min(100, Math.max(0, (100 * (value - from)) / span)),
    label: (tick) => tickText(tick, step),
  };
}

/** The ticks of a scale that contains two values. */
export const ticksBetween = (a: number, b: number): readonly number[] => linearScale([a, b]).ticks;

/** Creates a scale for counts between two integers, with ticks at both ends and none close to them. */
export function countScale(from: number, to: number): Scale {
  const scale = linearScale([], { from: Math.min(from, to - 1), to });
  const isWithin = (tick: number): boolean => scale.at(tick) > NEAR && scale.at(tick) < 100 - NEAR;
  const within = scale.ticks.filter((tick) => Number.isInteger(tick) && isWithin(tick));
  return { ...scale, ticks: from === to ? [to] : [from, ...within, to], label: thousands };
}

/** Creates a scale for percentages, between ticks that enclose all values, and within 0 and 100. */
export function percentScale(values: readonly number[]): Scale {
  const { ticks } = linearScale(values);
  const scale = linearScale([], { from: Math.max(0, ticks[0]), to: Math.min(100, ticks[ticks.length - 1]) });
  return { ...scale, label: (tick) => `${scale.label(tick)} %` };
}

/** The distance from an end within which there is no room for another tick. */
const NEAR = 10;

/** Rounds a step up to 1, 2 or 5 times a power of ten. */
function roundStep(span: number, ticks: number): number {
  const rough = span / ticks;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

function tickText(tick: number, step: number): string {
  if (tick === 0) return "0";
  const size = Math.abs(tick);
  if (size >= 1e15 || size < 1e-4) return tick.toExponential(1).replace("e+", "e").replaceAll("-", "−");
  const [unit, suffix] = UNITS.find(([least]) => size >= 10 * least || (least > 1e3 && size >= least)) ?? [1, ""];
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step / unit) + 1e-9)));
  return `${(tick / unit).toFixed(decimals)}${suffix}`.replace("-", "−");
}

/** Writes a place with two decimals, which is as precise as a screen. */
export const place = (at: number): string => String(Number(at.toFixed(2)));
