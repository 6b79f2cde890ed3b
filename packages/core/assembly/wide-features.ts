/**
 * The first layer in panels: like wide.ts and products.ts, but zeros among the features are left out.
 * What is not zero differs from tile to tile, so lists of it are made first, once for all panels of units.
 */
import { activateTile } from "./activations";
import { IS_WIDE, LANES_BYTES, NONE, PANEL, TILE_BYTES } from "./layout";
import { fold, tileOfProducts } from "./products";
import { areThere, noteRows } from "./rows";
import { CHUNK, tile } from "./wide";
import { someColumns2, someColumns4, someInputs2, someInputs4 } from "./tile-some";
import { MAP_STEP, QUAD_STEP } from "./wide-map";
import { areFinite, hasNegativeZero } from "./zeros";

/** Up to how many out of 16 a list of what is not zero is faster than all of it: measured. */
const WORTH: i32 = 11;

/**
 * out = g(W A + b) like affine of wide.ts.
 * @param map of {@link gather}
 * @param skips whether zeros may be left out
 * @param lists room for 16 lists, `listBytes` each: eight bytes for each input, and twelve
 * @param zero 256 bytes of zeros
 */
export function affineOfFeatures(
  W: usize, wPanel: usize, A: usize, panel: usize, map: usize, skips: bool, lists: usize, listBytes: usize,
  b: usize, out: usize, g: i32, units: i32, inputs: i32, columns: i32, zero: usize,
): void {
  const panels = (units + PANEL - 1) / PANEL;
  const mayList = skips && !hasNegativeZero(b, <usize>panels * LANES_BYTES);
  const most = (<usize>inputs * WORTH) >> 4;
  for (let first = 0; first < columns; first += CHUNK) {
    const end = min(columns, first + CHUNK);
    if (mayList) {
      for (let c = first, list = lists; c < end; c += 4, list += listBytes) {
        const a = A + <usize>c * LANES_BYTES;
        store<u32>(list, listInputs(map + (<usize>c << 1), inputs, min(4, end - c), a, panel, zero, list + 4));
      }
    }
    for (let p: usize = 0; p < <usize>panels; p++) {
      const w = W + p * wPanel, start = b + p * LANES_BYTES;
      for (let c = first, list = lists; c < end; c += 4, list += listBytes) {
        const at = <usize>c * LANES_BYTES;
        const z = out + p * panel + at;
        const count = mayList ? <usize>load<u32>(list) : inputs;
        if (count > most) tile(w, A + at, panel, inputs, start, z);
        else someInputs(w, list + 4, count, start, z);
        if (g != NONE) activateTile(g, z);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function someInputs(W: usize, list: usize, count: usize, start: usize, out: usize): void {
  const end = list + (count << 3);
  if (IS_WIDE) someInputs4(W, list, end, start, out);
  else {
    someInputs2(W, list, end, start, out);
    someInputs2(W + 32, list, end, start + 32, out + 32);
  }
}

/**
 * Lists the inputs of which one of up to four columns is not zero: where they are in W, from its begin,
 * and at which address for the columns. The list is filled up to an even number by a product with zero.
 * @param A the columns
 * @returns how many inputs there are
 */
function listInputs(map: usize, inputs: i32, columns: i32, A: usize, panel: usize, zero: usize, list: usize): u32 {
  const begin = list;
  const live: u64 = columns == 4 ? ~(<u64>0) : ((<u64>1) << (columns << 4)) - 1;
  for (let k = 0, w: usize = 0; k < inputs; k += 4 * PANEL, w += 4 * PANEL * LANES_BYTES, A += 4 * panel) {
    // Four panels' bits side by side: loops that end seldom are easier to foresee.
    let bits: u64 = 0;
    for (let p = 0; p < 4 && k + p * PANEL < inputs; p++, map += MAP_STEP) {
      let row = load<u64>(map) & live;
      row |= row >> 32;
      bits |= ((row | (row >> 16)) & 0xffff) << (<u64>p << 4);
    }
    while (bits) {
      const i = <usize>ctz(bits);
      bits &= bits - 1;
      store<u32>(list, <u32>(w + (i << 6)));
      store<u32>(list, <u32>(A + (i >> 4) * panel + ((i & 15) << 2)), 4);
      list += 8;
    }
  }
  store<u32>(list, 0);
  store<u32>(list, <u32>zero, 4);
  return <u32>((list - begin) >> 3);
}

/**
 * dW = sums over each leaf's columns, folded, like outerProducts of products.ts; rows of zeros are not written.
 * Of some of the panels of units and some of the inputs, from a multiple of 64 on: what is told by unit or input begins
 * with the first of them.
 * @param quads, written of {@link mapFeatures}
 * @param bits what rows.ts says of dW
 * @param bitsStep from a panel's bits to the next one's
 * @param db sums over the columns of dZ, which are finite only if all of dZ is, or 0
 * @param zero 512 bytes of zeros
 * @param claimed what {@link claim} is for, laid out like dW, or 0
 */
export function outerProductsOfFeatures(
  dZ: usize, A: usize, panel: usize, quads: usize, written: usize, dW: usize, bits: usize, wPanel: usize,
  bitsStep: usize, units: i32, inputs: i32, counts: usize, leaves: i32, goesOn: bool, zero: usize, scratch: usize,
  claimed: usize, db: usize,
): void {
  let columns: i32 = 0;
  for (let leaf: usize = 0; leaf < <usize>leaves; leaf++) columns += load<u32>(counts + (leaf << 2));
  const most = (columns * WORTH) >> 4;
  for (let u = 0; u < units; u += PANEL) {
    const skips = db != 0 ? areFinite(db, LANES_BYTES) : areFinite(dZ, <usize>columns * LANES_BYTES);
    for (let k = 0, quad = quads; k < inputs; k += 4, quad += QUAD_STEP) {
      const w = dW + <usize>k * LANES_BYTES;
      const a = A + <usize>(k / PANEL) * panel + (<usize>(k & 15) << 2);
      const count = <i32>load<u32>(quad, 32);
      if (skips && count == 0) continue;
      if (claimed != 0) claim(claimed + <usize>k * LANES_BYTES);
      if (goesOn && !areThere(bits, k)) memory.fill(w, 0, TILE_BYTES);
      if (skips && count <= most) {
        if (leaves <= 2) someColumns(dZ, a, quad, counts, leaves, goesOn ? w : zero, zero, w);
        else {
          someColumns(dZ, a, quad, counts, leaves, zero, zero, scratch);
          fold(scratch, (leaves + 1) / 2, TILE_BYTES, w);
        }
      } else tileOfProducts(dZ, a, counts, leaves, goesOn, zero, scratch, w);
    }
    noteRows(bits, skips ? written : 0, goesOn, inputs);
    bits += bitsStep;
    dW += wPanel;
    dZ += panel;
    if (db != 0) db += LANES_BYTES;
    if (claimed != 0) claimed += wPanel;
  }
}

/**
 * Makes four cache lines this core's own by writing what they hold: the write that needs them next then waits for no
 * other core. The products hide a part of what that takes.
 */
// @ts-ignore: decorator
@inline
function claim(lines: usize): void {
  // repeat $J = 4
  const x$J = load<u64>(lines, 64 * $J);
  // end $J
  // repeat $J = 4
  store<u64>(lines, x$J, 64 * $J);
  // end $J
}

// @ts-ignore: decorator
@inline
function someColumns(
  dZ: usize, A: usize, map: usize, counts: usize, leaves: i32, start: usize, zero: usize, out: usize,
): void {
  if (IS_WIDE) someColumns4(dZ, A, map, counts, leaves, start, zero, out);
  else {
    someColumns2(dZ, A, map, counts, leaves, start, zero, out);
    someColumns2(dZ + 32, A, map, counts, leaves, start + 32, zero, out + 32);
  }
}
