/** From numbers to places on an axis, from 0 to 100, with ticks at round numbers. */

import { thousands } from "../marks/numbers.ts";

export interface Scale {
  /** The place of a value: 0 at the axis' beginning, 100 at its end. */
  at(value: number): number;
  readonly ticks: readonly number[];
  /** A tick as text. */
  label(tick: number): string;
}

/** Larger numbers, and smaller ones than the least, have no room in an f64 for what is worked out of them. */
const [MOST, LEAST] = [1e300, 1e-290];
/** Of the numbers themselves. */
const NEGLIGIBLE = 1e-9;

/** Ticks are about so many. */
const TICKS = 5;

/**
 * A linear scale that begins and ends at ticks.
 * @param values that must lie within
 * @param options.from, options.to ends that are given, without rounding
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
  // One value, or what a screen shows as one, gets room around it.
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

/** The ticks of a scale that holds two values. */
export const ticksBetween = (a: number, b: number): readonly number[] => linearScale([a, b]).ticks;

/** For what is counted, from one whole number to another: ticks at both, and none beside them. */
export function countScale(from: number, to: number): Scale {
  const scale = linearScale([], { from: Math.min(from, to - 1), to });
  const isWithin = (tick: number): boolean => scale.at(tick) > NEAR && scale.at(tick) < 100 - NEAR;
  const within = scale.ticks.filter((tick) => Number.isInteger(tick) && isWithin(tick));
  return { ...scale, ticks: from === to ? [to] : [from, ...within, to], label: thousands };
}

/** For percentages: between ticks that hold them all, and within 0 and 100. */
export function percentScale(values: readonly number[]): Scale {
  const { ticks } = linearScale(values);
  const scale = linearScale([], { from: Math.max(0, ticks[0]), to: Math.min(100, ticks[ticks.length - 1]) });
  return { ...scale, label: (tick) => `${scale.label(tick)} %` };
}

/** Within so much of an end there is no room for another tick. */
const NEAR = 10;

/** The next of 1, 2, 5 times a power of ten. */
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

/** A place with as many digits as a screen can show. */
export const place = (at: number): string => String(Number(at.toFixed(2)));
