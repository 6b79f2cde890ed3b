/**
 * exp, e^x - 1, log, sigmoid and tanh of src/numerics/functions.ts, with the same operations, four numbers at a time.
 *
 * All are inlined: V8's revectorization crashes on a pair of calls ("unreachable code", Node 26).
 */

export const SMALLEST_NORMAL: f32 = 1.1754943508222875e-38;
const ROUNDER: f32 = 12582912;
const LOG2_E: f32 = 1.4426950408889634;
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.1219444005469057e-4;
const EXP_OVERFLOW: f32 = 88.72283935546875;
const EXP_UNDERFLOW: f32 = -87.3365478515625;

// @ts-ignore: decorator
@inline
function timesPlus(p: v128, x: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(p, x), f32x4.splat(c));
}

/** 2^n for n from -126 to 127. */
// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** e^r - 1 for |r| <= ln(2)/2. */
// @ts-ignore: decorator
@inline
function growth4(r: v128): v128 {
  let p = f32x4.splat(1.98756915e-4);
  p = timesPlus(p, r, 1.3981999507e-3);
  p = timesPlus(p, r, 8.3334519073e-3);
  p = timesPlus(p, r, 4.1665795894e-2);
  p = timesPlus(p, r, 1.6666665459e-1);
  p = timesPlus(p, r, 5.0000001201e-1);
  return f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r);
}

// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const rounder = f32x4.splat(ROUNDER);
  // The last bits of the sum are the rounded product as a whole number.
  const rounded = f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E)), rounder);
  const n = f32x4.sub(rounded, rounder);
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH))), f32x4.mul(n, f32x4.splat(LN2_LOW)));
  const y = f32x4.add(growth4(r), f32x4.splat(1));
  const whole = i32x4.sub(rounded, rounder);
  const half = i32x4.shr_s(whole, 1);
  const scaled = f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));

  const normal = v128.and(scaled, f32x4.ge(scaled, f32x4.splat(SMALLEST_NORMAL)));
  const above = v128.bitselect(f32x4.splat(Infinity), normal, f32x4.gt(x, f32x4.splat(EXP_OVERFLOW)));
  const below = v128.andnot(above, f32x4.lt(x, f32x4.splat(EXP_UNDERFLOW)));
  return v128.bitselect(below, x, f32x4.eq(x, x));
}

// @ts-ignore: decorator
@inline
export function expMinusOne4(x: v128): v128 {
  const magnitude = v128.bitselect(f32x4.neg(x), x, f32x4.lt(x, f32x4.splat(0)));
  const far = f32x4.sub(exp4(x), f32x4.splat(1));
  const y = v128.bitselect(growth4(x), far, f32x4.lt(magnitude, f32x4.splat(0.34)));
  return v128.bitselect(f32x4.mul(x, f32x4.splat(0)), y, f32x4.lt(magnitude, f32x4.splat(SMALLEST_NORMAL)));
}

// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const one = f32x4.splat(1);
  const y = f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
  return v128.andnot(y, f32x4.lt(y, f32x4.splat(SMALLEST_NORMAL)));
}

// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const one = f32x4.splat(1);
  const magnitude = v128.bitselect(f32x4.neg(x), x, f32x4.lt(x, f32x4.splat(0)));

  const square = f32x4.mul(x, x);
  let p = f32x4.splat(-5.70498872745e-3);
  p = timesPlus(p, square, 2.06390887954e-2);
  p = timesPlus(p, square, -5.37397155531e-2);
  p = timesPlus(p, square, 1.33314422036e-1);
  p = timesPlus(p, square, -3.33332819422e-1);
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, square), x), x);

  const y = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp4(f32x4.add(magnitude, magnitude)), one)));
  const far = v128.bitselect(f32x4.neg(y), y, f32x4.lt(x, f32x4.splat(0)));

  const signed = v128.bitselect(near, far, f32x4.lt(magnitude, f32x4.splat(0.625)));
  const tiny = f32x4.lt(magnitude, f32x4.splat(SMALLEST_NORMAL));
  return v128.bitselect(f32x4.mul(x, f32x4.splat(0)), signed, tiny);
}

// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const one = f32x4.splat(1);
  const raw = v128.bitselect(f32x4.splat(0.5), x, i32x4.splat(<i32>0xff800000));
  const small = f32x4.lt(raw, f32x4.splat(<f32>Math.SQRT1_2));
  const fraction = v128.bitselect(f32x4.add(raw, raw), raw, small);
  // A lane of `small` is -1 where the comparison holds.
  const exponent = i32x4.add(i32x4.sub(i32x4.shr_s(x, 23), i32x4.splat(126)), small);
  const e = f32x4.convert_i32x4_s(exponent);
  const f = f32x4.sub(fraction, one);
  const square = f32x4.mul(f, f);
  let p = f32x4.splat(7.0376836292e-2);
  p = timesPlus(p, f, -1.151461031e-1);
  p = timesPlus(p, f, 1.167699874e-1);
  p = timesPlus(p, f, -1.2420140846e-1);
  p = timesPlus(p, f, 1.4249322787e-1);
  p = timesPlus(p, f, -1.6668057665e-1);
  p = timesPlus(p, f, 2.0000714765e-1);
  p = timesPlus(p, f, -2.4999993993e-1);
  p = timesPlus(p, f, 3.3333331174e-1);
  let y = f32x4.mul(f32x4.mul(p, f), square);
  y = f32x4.add(y, f32x4.mul(e, f32x4.splat(LN2_LOW)));
  y = f32x4.sub(y, f32x4.mul(f32x4.splat(0.5), square));
  const value = f32x4.add(f32x4.add(f, y), f32x4.mul(e, f32x4.splat(LN2_HIGH)));

  const infinity = f32x4.splat(Infinity);
  const finite = v128.bitselect(infinity, value, f32x4.eq(x, infinity));
  const zero = v128.bitselect(f32x4.neg(infinity), finite, f32x4.lt(x, f32x4.splat(SMALLEST_NORMAL)));
  const negative = f32x4.le(x, f32x4.splat(-SMALLEST_NORMAL));
  return v128.bitselect(f32x4.splat(NaN), zero, v128.or(negative, f32x4.ne(x, x)));
}
