/**
 * The activation functions of src/numerics/activations.ts and their derivatives, with the same operations, four numbers
 * at a time. All are inlined, like those of elementary.ts. `g` is a constant in every call, so the code of other
 * activations is removed.
 */
import { ELU, GELU, LEAKY_RELU, MISH, SELU } from "./constants";
import { exp4, expMinusOne4, SMALLEST_NORMAL, sigmoid4 } from "./elementary";

const LEAK: f32 = 0.01;
const SELU_SCALE: f32 = 1.0507009873554805;
const SELU_DEPTH: f32 = 1.7580993408473768;
const GELU_LINEAR: f32 = 1.5957691216057308;
const GELU_CUBIC: f32 = 0.07135481627260025;
const OPEN: f32 = 20;
const SHUT: f32 = -100;

/** @param g LEAKY_RELU, ELU or SELU */
// @ts-ignore: decorator
@inline
export function bent4(g: i32, z: v128): v128 {
  const isAbove = f32x4.gt(z, f32x4.splat(0));
  if (g == LEAKY_RELU) return v128.bitselect(z, f32x4.mul(z, f32x4.splat(LEAK)), isAbove);
  const below = expMinusOne4(z);
  if (g == ELU) return v128.bitselect(z, below, isAbove);
  return v128.bitselect(
    f32x4.mul(z, f32x4.splat(SELU_SCALE)), f32x4.mul(below, f32x4.splat(SELU_DEPTH)), isAbove,
  );
}

/**
 * @param g LEAKY_RELU, ELU or SELU
 * @param a the output of the activation
 */
// @ts-ignore: decorator
@inline
export function bentDerivative4(g: i32, a: v128): v128 {
  const isAbove = f32x4.gt(a, f32x4.splat(0));
  if (g == LEAKY_RELU) return v128.bitselect(f32x4.splat(1), f32x4.splat(LEAK), isAbove);
  if (g == ELU) return v128.bitselect(f32x4.splat(1), f32x4.add(a, f32x4.splat(1)), isAbove);
  return v128.bitselect(f32x4.splat(SELU_SCALE), f32x4.add(a, f32x4.splat(SELU_DEPTH)), isAbove);
}

// @ts-ignore: decorator
@inline
function atMost4(z: v128): v128 {
  return v128.bitselect(f32x4.splat(OPEN), z, f32x4.gt(z, f32x4.splat(OPEN)));
}

// @ts-ignore: decorator
@inline
function atLeast4(z: v128): v128 {
  return v128.bitselect(f32x4.splat(SHUT), z, f32x4.lt(z, f32x4.splat(SHUT)));
}

/** Replaces denormal numbers by zero. */
// @ts-ignore: decorator
@inline
function normal4(y: v128): v128 {
  return v128.andnot(y, f32x4.lt(f32x4.abs(y), f32x4.splat(SMALLEST_NORMAL)));
}

// @ts-ignore: decorator
@inline
function linearOf(g: i32): v128 {
  return f32x4.splat(g == GELU ? GELU_LINEAR : 1);
}

// @ts-ignore: decorator
@inline
function cubicOf(g: i32): f32 {
  return g == GELU ? GELU_CUBIC : 0;
}

/** u = z (linear + cubic z^2). For a linear part of 1 and no cubic part, u is exactly z. */
// @ts-ignore: decorator
@inline
function logisticGate4(g: i32, z: v128): v128 {
  const square = f32x4.mul(z, z);
  return sigmoid4(f32x4.mul(z, f32x4.add(linearOf(g), f32x4.mul(f32x4.splat(cubicOf(g)), square))));
}

// @ts-ignore: decorator
@inline
function mishNumerator4(e: v128): v128 {
  return f32x4.mul(e, f32x4.add(e, f32x4.splat(2)));
}

// @ts-ignore: decorator
@inline
function mishGate4(e: v128): v128 {
  const n = mishNumerator4(e);
  return normal4(f32x4.div(n, f32x4.add(n, f32x4.splat(2))));
}

/** @param g GELU, SILU or MISH */
// @ts-ignore: decorator
@inline
export function gated4(g: i32, z: v128): v128 {
  const from = atLeast4(z);
  const within = atMost4(from);
  const gate = g == MISH ? mishGate4(exp4(within)) : logisticGate4(g, within);
  return normal4(f32x4.mul(from, gate));
}

/** @param g GELU, SILU or MISH */
// @ts-ignore: decorator
@inline
export function gatedDerivative4(g: i32, z: v128): v128 {
  const one = f32x4.splat(1);
  const within = atMost4(atLeast4(z));
  if (g == MISH) {
    const e = exp4(within);
    const below = f32x4.add(mishNumerator4(e), f32x4.splat(2));
    const above = f32x4.mul(f32x4.mul(f32x4.splat(4), e), f32x4.add(e, one));
    const slope = f32x4.div(f32x4.div(above, below), below);
    return f32x4.add(mishGate4(e), f32x4.mul(within, slope));
  }
  const s = logisticGate4(g, within);
  const square = f32x4.mul(within, within);
  const du = f32x4.add(linearOf(g), f32x4.mul(f32x4.splat(<f32>3 * cubicOf(g)), square));
  return f32x4.mul(s, f32x4.add(one, f32x4.mul(f32x4.mul(within, f32x4.sub(one, s)), du)));
}
