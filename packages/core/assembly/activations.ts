/** A = g(Z) and dZ = dA * g'(Z) on tiles of four examples and sixteen units. */
import { bent4, bentDerivative4, gated4, gatedDerivative4 } from "./activation-functions";
import {
  COLUMNS_PANEL_BYTES, ELU, GELU, LANES_BYTES, LEAKY_RELU, MISH, RELU, SELU, SIGMOID, SILU, TANH, TILE_BYTES,
} from "./constants";
import { sigmoid4, tanh4 } from "./elementary";
import { panelsOf } from "./layout";

/** Applies g in place, for the activations whose derivative is computed from A. */
export function activateTile(g: i32, tile: usize): void {
  if (g == RELU) reluTile(tile);
  else if (g == SIGMOID) {
    for (const end = tile + TILE_BYTES; tile < end; tile += 16) v128.store(tile, sigmoid4(v128.load(tile)));
  } else if (g == TANH) {
    for (const end = tile + TILE_BYTES; tile < end; tile += 16) v128.store(tile, tanh4(v128.load(tile)));
  } else bendTile(g, tile);
}

function reluTile(tile: usize): void {
  const zero = f32x4.splat(0);
  for (const end = tile + TILE_BYTES; tile < end; tile += 32) {
    const z0 = v128.load(tile),
      z1 = v128.load(tile, 16);
    const a0 = v128.and(z0, f32x4.gt(z0, zero)),
      a1 = v128.and(z1, f32x4.gt(z1, zero));
    v128.store(tile, a0);
    v128.store(tile, a1, 16);
  }
}

function bendTile(g: i32, tile: usize): void {
  if (g == LEAKY_RELU) {
    for (const end = tile + TILE_BYTES; tile < end; tile += 16) v128.store(tile, bent4(LEAKY_RELU, v128.load(tile)));
  } else if (g == ELU) {
    for (const end = tile + TILE_BYTES; tile < end; tile += 16) v128.store(tile, bent4(ELU, v128.load(tile)));
  } else if (g == SELU) {
    for (const end = tile + TILE_BYTES; tile < end; tile += 16) v128.store(tile, bent4(SELU, v128.load(tile)));
  }
}

/**
 * Multiplies dA by the derivative, in place.
 * @param Z the matrix that the derivative is computed from: A or Z
 */
export function deriveTile(g: i32, Z: usize, tile: usize): void {
  if (g > TANH) {
    deriveOther(g, Z, tile);
    return;
  }
  const one = f32x4.splat(1);
  for (const end = tile + TILE_BYTES; tile < end; tile += 16, Z += 16) {
    const a = v128.load(Z);
    const dA = v128.load(tile);
    let dZ = v128.and(dA, f32x4.gt(a, f32x4.splat(0)));
    if (g == SIGMOID) dZ = f32x4.mul(dA, f32x4.mul(a, f32x4.sub(one, a)));
    else if (g == TANH) dZ = f32x4.mul(dA, f32x4.sub(one, f32x4.mul(a, a)));
    v128.store(tile, dZ);
  }
}

function deriveOther(g: i32, Z: usize, tile: usize): void {
  if (g == LEAKY_RELU) timesDerivative(LEAKY_RELU, Z, tile);
  else if (g == ELU) timesDerivative(ELU, Z, tile);
  else if (g == SELU) timesDerivative(SELU, Z, tile);
  else if (g == GELU) timesDerivative(GELU, Z, tile);
  else if (g == SILU) timesDerivative(SILU, Z, tile);
  else if (g == MISH) timesDerivative(MISH, Z, tile);
}

// @ts-ignore: decorator
@inline
function timesDerivative(g: i32, Z: usize, tile: usize): void {
  for (const end = tile + TILE_BYTES; tile < end; tile += 16, Z += 16) {
    const z = v128.load(Z);
    const derivative = g == GELU || g == SILU || g == MISH ? gatedDerivative4(g, z) : bentDerivative4(g, z);
    v128.store(tile, f32x4.mul(v128.load(tile), derivative));
  }
}

/** A = g(Z), in place on one panel. */
export function activatePanel(g: i32, panel: usize, columns: i32): void {
  for (let c = 0; c < columns; c += 4) activateTile(g, panel + <usize>c * LANES_BYTES);
}

/**
 * A = g(Z), for the other activations.
 * @param g GELU, SILU or MISH
 * @param columns rounded up to 4; the kernel also computes the columns beyond the last
 */
export function activate(g: i32, Z: usize, A: usize, units: i32, columns: i32): void {
  const bytes = <usize>((columns + 3) & ~3) * LANES_BYTES;
  for (let u = panelsOf(units); u > 0; u--, Z += COLUMNS_PANEL_BYTES, A += COLUMNS_PANEL_BYTES) {
    if (g == GELU) gatedRun(GELU, Z, A, bytes);
    else if (g == SILU) gatedRun(SILU, Z, A, bytes);
    else gatedRun(MISH, Z, A, bytes);
  }
}

// @ts-ignore: decorator
@inline
function gatedRun(g: i32, Z: usize, A: usize, bytes: usize): void {
  for (const end = Z + bytes; Z < end; Z += 16, A += 16) v128.store(A, gated4(g, v128.load(Z)));
}
