/**
 * exp, e^x - 1, log, tanh, sigmoid and cos from + - * / alone, with every operation rounded to f32.
 *
 * Math.exp and the like differ between engines and versions. These functions do not, because IEEE 754 defines the
 * result of each of their operations. A denormal result becomes zero, so that hardware which flushes denormals gives
 * the same bits.
 *
 * Measured against f64 over the whole range (test/core/functions.test.ts), in units in the last place: exp 1.0, e^x - 1
 * 1.6 below zero and 3.3 above, log 0.8, tanh 1.3, sigmoid 2.5; cos is within 7.6e-8 of f64, from -8192 to 8192.
 */
const fround = Math.fround;

/** The square root of an f32, rounded to f32; IEEE 754 defines it exactly. */
export const sqrt = (x: number): number => fround(Math.sqrt(x));

/** The smallest normal f32, 2^-126. */
export const SMALLEST_NORMAL = 2 ** -126;

/** POWERS_OF_TWO[n + 126] = 2^n for n from -126 to 127, each exact. */
const POWERS_OF_TWO = Float32Array.from({ length: 254 }, (_, i) => 2 ** (i - 126));

/** Adding and subtracting 1.5 * 2^23 rounds an f32 below 2^22 to the nearest whole number, ties to even. */
const ROUNDER = 12582912;

const LOG2_E = fround(Math.LOG2E);
/** ln 2 in two parts. The first has few enough bits that its product with a whole number below 2^9 is exact. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = fround(-2.1219444005469057e-4);

/** Above this, ln(2^128), e^x exceeds f32. */
const EXP_OVERFLOW = fround(88.72283935546875);
/** Below this, ln(2^-126), e^x would be denormal. */
const EXP_UNDERFLOW = fround(-87.3365478515625);

/**
 * e^x for an f32. Zero below -87.336, Infinity above 88.7228, NaN for NaN.
 *
 * Range reduction of Cody and Waite: x = n ln 2 + r with |r| <= ln(2)/2, then 2^n times a
 * polynomial in r (coefficients of S. L. Moshier, Cephes, expf).
 */
export function exp(x: number): number {
  if (!(x <= EXP_OVERFLOW)) return x > 0 ? Infinity : x;
  if (x < EXP_UNDERFLOW) return 0;
  const n = fround(fround(fround(x * LOG2_E) + ROUNDER) - ROUNDER);
  const r = fround(fround(x - fround(n * LN2_HIGH)) - fround(n * LN2_LOW));
  const y = fround(growth(r) + 1);
  // 2^n as two factors, because 2^128 is not an f32.
  const half = n >> 1;
  const scaled = fround(fround(y * POWERS_OF_TWO[half + 126]) * POWERS_OF_TWO[n - half + 126]);
  return scaled < SMALLEST_NORMAL ? 0 : scaled;
}

/** e^r - 1 for |r| <= ln(2)/2. */
function growth(r: number): number {
  let p = fround(1.98756915e-4);
  p = fround(fround(p * r) + fround(1.3981999507e-3));
  p = fround(fround(p * r) + fround(8.3334519073e-3));
  p = fround(fround(p * r) + fround(4.1665795894e-2));
  p = fround(fround(p * r) + fround(1.6666665459e-1));
  p = fround(fround(p * r) + fround(5.0000001201e-1));
  return fround(fround(fround(p * r) * r) + r);
}

/** Below this, e^x - 1 is computed by exp's polynomial; above, the subtraction loses little precision. */
const GROWTH_BELOW = fround(0.34);

/** e^x - 1 of an f32; zero where it would be denormal. */
export function expMinusOne(x: number): number {
  const magnitude = x < 0 ? -x : x;
  // The result would round to the denormal x, so it is a zero with the sign of x.
  if (magnitude < SMALLEST_NORMAL) return x * 0;
  return magnitude < GROWTH_BELOW ? growth(x) : fround(exp(x) - 1);
}

const floatBits = new Float32Array(1);
const intBits = new Int32Array(floatBits.buffer);

const SQRT_HALF = fround(Math.SQRT1_2);

/**
 * The natural logarithm of an f32. -Infinity for 0 and for denormals, NaN below 0.
 *
 * x = 2^e f with f from sqrt(1/2) to sqrt(2), then a polynomial in f - 1 (Cephes, logf).
 */
export function log(x: number): number {
  if (!(x >= SMALLEST_NORMAL)) return x >= 0 || x > -SMALLEST_NORMAL ? -Infinity : Number.NaN;
  if (x === Infinity) return x;
  floatBits[0] = x;
  const bits = intBits[0];
  intBits[0] = (bits & 0x007fffff) | 0x3f000000;
  let fraction = floatBits[0];
  let exponent = (bits >> 23) - 126;
  if (fraction < SQRT_HALF) {
    exponent -= 1;
    fraction = fround(fraction + fraction);
  }
  const f = fround(fraction - 1);
  const square = fround(f * f);
  let p = fround(7.0376836292e-2);
  p = fround(fround(p * f) + fround(-1.151461031e-1));
  p = fround(fround(p * f) + fround(1.167699874e-1));
  p = fround(fround(p * f) + fround(-1.2420140846e-1));
  p = fround(fround(p * f) + fround(1.4249322787e-1));
  p = fround(fround(p * f) + fround(-1.6668057665e-1));
  p = fround(fround(p * f) + fround(2.0000714765e-1));
  p = fround(fround(p * f) + fround(-2.4999993993e-1));
  p = fround(fround(p * f) + fround(3.3333331174e-1));
  let y = fround(fround(p * f) * square);
  y = fround(y + fround(exponent * LN2_LOW));
  y = fround(y - fround(0.5 * square));
  return fround(fround(f + y) + fround(exponent * LN2_HIGH));
}

/** The logistic function 1 / (1 + e^-x) of an f32; zero where it would be denormal. */
export function sigmoid(x: number): number {
  const y = fround(1 / fround(1 + exp(-x)));
  return y < SMALLEST_NORMAL ? 0 : y;
}

/** Below this, tanh is computed by an odd polynomial; above, from exp without cancellation. */
const TANH_POLYNOMIAL_BELOW = 0.625;

/**
 * The hyperbolic tangent of an f32.
 *
 * An odd polynomial near zero (Cephes, tanhf), 1 - 2 / (e^(2|x|) + 1) elsewhere.
 */
export function tanh(x: number): number {
  const magnitude = x < 0 ? -x : x;
  // tanh(x) would round to the denormal x, so it is a zero with the sign of x.
  if (magnitude < SMALLEST_NORMAL) return x * 0;
  if (magnitude < TANH_POLYNOMIAL_BELOW) {
    const square = fround(x * x);
    let p = fround(-5.70498872745e-3);
    p = fround(fround(p * square) + fround(2.06390887954e-2));
    p = fround(fround(p * square) + fround(-5.37397155531e-2));
    p = fround(fround(p * square) + fround(1.33314422036e-1));
    p = fround(fround(p * square) + fround(-3.33332819422e-1));
    return fround(fround(fround(p * square) * x) + x);
  }
  const y = fround(1 - fround(2 / fround(exp(fround(magnitude + magnitude)) + 1)));
  return x < 0 ? -y : y;
}

const FOUR_OVER_PI = fround(4 / Math.PI);
/** pi / 4 in three parts: the products of the first two with a whole number below 2^14 are exact. */
const QUARTER_HIGH = 0.78515625;
const QUARTER_MIDDLE = fround(2.4187564849853516e-4);
const QUARTER_LOW = fround(3.774894977445941e-8);
/** Above this, the parts of pi / 4 are not precise enough. */
const COS_MOST = 8192;

/**
 * The cosine of an f32 from -8192 to 8192; NaN for others.
 *
 * x = j pi/4 + r with j even and |r| <= pi/4, then a polynomial in r for the cosine or the sine (Cephes, cosf).
 */
export function cos(x: number): number {
  const magnitude = x < 0 ? -x : x;
  if (!(magnitude <= COS_MOST)) return Number.NaN;
  const octant = Math.floor(fround(magnitude * FOUR_OVER_PI));
  const j = octant + (octant % 2);
  const r = fround(
    fround(fround(magnitude - fround(j * QUARTER_HIGH)) - fround(j * QUARTER_MIDDLE)) - fround(j * QUARTER_LOW),
  );
  const square = fround(r * r);
  const quadrant = (j / 2) % 4;
  const isNegative = quadrant === 1 || quadrant === 2;
  let y: number;
  if (quadrant % 2 === 1) {
    let p = fround(-1.9515295891e-4);
    p = fround(fround(p * square) + fround(8.3321608736e-3));
    p = fround(fround(p * square) + fround(-1.6666654611e-1));
    y = fround(fround(fround(p * square) * r) + r);
  } else {
    let p = fround(2.443315711809948e-5);
    p = fround(fround(p * square) + fround(-1.388731625493765e-3));
    p = fround(fround(p * square) + fround(4.166664568298827e-2));
    y = fround(fround(fround(fround(p * square) * square) - fround(0.5 * square)) + 1);
  }
  return isNegative ? -y : y;
}
