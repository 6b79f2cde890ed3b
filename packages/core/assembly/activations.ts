/** A = g(Z) and dZ = dA * g'(Z), in place on one tile of four examples and sixteen units. */
import { LANES_BYTES, RELU, SIGMOID, TANH, TILE_BYTES } from "./constants";
import { sigmoid4, tanh4 } from "./elementary";

export function activateTile(g: i32, tile: usize): void {
  if (g == RELU) reluTile(tile);
  else if (g == SIGMOID) {
    for (const end = tile + TILE_BYTES; tile < end; tile += 16) v128.store(tile, sigmoid4(v128.load(tile)));
  } else if (g == TANH) {
    for (const end = tile + TILE_BYTES; tile < end; tile += 16) v128.store(tile, tanh4(v128.load(tile)));
  }
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

/** @param A what the activation gave, from which its derivative follows */
export function deriveTile(g: i32, A: usize, tile: usize): void {
  const one = f32x4.splat(1);
  for (const end = tile + TILE_BYTES; tile < end; tile += 16, A += 16) {
    const a = v128.load(A);
    const dA = v128.load(tile);
    let dZ = v128.and(dA, f32x4.gt(a, f32x4.splat(0)));
    if (g == SIGMOID) dZ = f32x4.mul(dA, f32x4.mul(a, f32x4.sub(one, a)));
    else if (g == TANH) dZ = f32x4.mul(dA, f32x4.sub(one, f32x4.mul(a, a)));
    v128.store(tile, dZ);
  }
}

/** A = g(Z), in place on one panel. */
export function activatePanel(g: i32, panel: usize, columns: i32): void {
  for (let c = 0; c < columns; c += 4) activateTile(g, panel + <usize>c * LANES_BYTES);
}
