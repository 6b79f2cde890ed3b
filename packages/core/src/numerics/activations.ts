/**
 * The activation functions that are not elementary functions, each with its derivative. They use our exp and + - * /
 * alone, with every operation rounded to f32, so they give the same bits everywhere.
 *
 * A derivative is a function of z, or of a = g(z) where that is enough: see DERIVATIVE_FOLLOWS_FROM of
 * model/network.ts. Measured against f64 (test/core/activation-functions.test.ts), in units in the last place: leaky
 * ReLU 0.9, ELU 1.6, SELU 2.3, SiLU 2.4, Mish 4.0; GELU 2.4 above -1, 22 above -5, where it is -1e-6. Their derivatives
 * are within 2.1e-6.
 */
import { exp, expMinusOne, SMALLEST_NORMAL, sigmoid } from "./functions.ts";

const fround = Math.fround;

/** The slope of a leaky ReLU below zero. */
export const LEAK = fround(0.01);

/** z above 0, 0.01 z below (Maas et al., "Rectifier nonlinearities improve neural network acoustic models", 2013). */
export const leakyRelu = (z: number): number => (z > 0 ? z : fround(z * LEAK));

/** A function of a: 1 above 0, 0.01 elsewhere. */
export const leakyReluDerivative = (a: number): number => (a > 0 ? 1 : LEAK);

/** z above 0, e^z - 1 below (Clevert et al., "Fast and accurate deep network learning by ELUs", 2015, alpha = 1). */
export const elu = (z: number): number => (z > 0 ? z : expMinusOne(z));

/** A function of a: 1 above 0, a + 1 elsewhere, which is e^z. */
export const eluDerivative = (a: number): number => (a > 0 ? 1 : fround(a + 1));

/** lambda of the paper. */
const SELU_SCALE = fround(1.0507009873554805);
/** lambda alpha, alpha = 1.6732632423543772. */
const SELU_DEPTH = fround(1.7580993408473768);

/**
 * lambda z above 0, lambda alpha (e^z - 1) below; it keeps activations at mean 0 and variance 1 (Klambauer et al.,
 * "Self-normalizing neural networks", 2017).
 */
export const selu = (z: number): number => (z > 0 ? fround(z * SELU_SCALE) : fround(expMinusOne(z) * SELU_DEPTH));

/** A function of a: lambda above 0, a + lambda alpha elsewhere, which is lambda alpha e^z. */
export const seluDerivative = (a: number): number => (a > 0 ? SELU_SCALE : fround(a + SELU_DEPTH));

/** From this value on, the gates below are 1 and their derivatives 0, in f32. */
const OPEN = 20;
/** Up to this value, z times the gate is below the normal numbers of f32. */
const SHUT = -100;

const atMost = (z: number): number => (z > OPEN ? OPEN : z);
const atLeast = (z: number): number => (z < SHUT ? SHUT : z);
const isNormal = (y: number): boolean => !(y < SMALLEST_NORMAL && y > -SMALLEST_NORMAL);

/** z times its gate, a factor from 0 to 1; zero where the result would be denormal. */
function gated(z: number, gate: (z: number) => number): number {
  const from = atLeast(z);
  const y = fround(from * gate(atMost(from)));
  return isNormal(y) ? y : 0;
}

/** A gate: the logistic function of u = z (linear + cubic z^2). */
const logisticGate = (z: number, linear: number, cubic: number): number =>
  sigmoid(fround(z * fround(linear + fround(cubic * fround(z * z)))));

/** s + z s', with s' = s (1 - s) u'. */
function logisticDerivative(z: number, linear: number, cubic: number): number {
  const within = atMost(atLeast(z));
  const s = logisticGate(within, linear, cubic);
  const du = fround(linear + fround(fround(3 * cubic) * fround(within * within)));
  return fround(s * fround(1 + fround(fround(within * fround(1 - s)) * du)));
}

/** 2 sqrt(2 / pi), and 0.044715 times that. */
const GELU_LINEAR = fround(1.5957691216057308);
const GELU_CUBIC = fround(0.07135481627260025);

/**
 * z / 2 (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))), the second form of Hendrycks and Gimpel, "Gaussian error linear
 * units", 2016. It is within 0.0005 of z Phi(z); GPT-2 and BERT were trained with it. It is computed as z times the
 * logistic function of twice the tanh's argument. That takes one exp and no erf, and has no cancellation below zero.
 */
export const gelu = (z: number): number => gated(z, geluGate);
const geluGate = (z: number): number => logisticGate(z, GELU_LINEAR, GELU_CUBIC);

/** A function of z. */
export const geluDerivative = (z: number): number => logisticDerivative(z, GELU_LINEAR, GELU_CUBIC);

/** z sigmoid(z): Elfwing et al., "Sigmoid-weighted linear units", 2017; Ramachandran et al., "Swish", 2017. */
export const silu = (z: number): number => gated(z, sigmoid);

/** A function of z: s (1 + z (1 - s)). */
export const siluDerivative = (z: number): number => logisticDerivative(z, 1, 0);

/** e^z (e^z + 2) = n: tanh(log(1 + e^z)) is n / (n + 2), which needs neither log nor tanh. */
const mishNumerator = (e: number): number => fround(e * fround(e + 2));

/** z tanh(log(1 + e^z)) (Misra, "Mish: a self regularized non-monotonic activation function", 2019). */
export const mish = (z: number): number => gated(z, mishGate);
function mishGate(z: number): number {
  const n = mishNumerator(exp(z));
  const t = fround(n / fround(n + 2));
  return isNormal(t) ? t : 0;
}

/** A function of z: t + z t', with t' = 4 e^z (e^z + 1) / (n + 2)^2. */
export function mishDerivative(z: number): number {
  const within = atMost(atLeast(z));
  const e = exp(within);
  const below = fround(mishNumerator(e) + 2);
  const slope = fround(fround(fround(fround(4 * e) * fround(e + 1)) / below) / below);
  return fround(mishGate(within) + fround(within * slope));
}
