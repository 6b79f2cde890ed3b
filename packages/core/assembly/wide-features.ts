/**
 * The first layer in panels: like wide.ts and products.ts, but it skips zero features. The nonzero features differ from
 * tile to tile, so they are listed first, once for all panels of units.
 */
import { activateTile } from "./activations";
import {
  COLUMNS_CHUNK, COLUMNS_PANEL_BYTES, LANES_BYTES, LIST_ENTRY_BYTES, LIST_HEADER_BYTES, MAP_STEP, NONE, PANEL,
  QUAD_STEP, SCRATCH_SUMS, SCRATCH_ZEROS,
} from "./constants";
import { areFinite } from "./elementwise";
import { IS_WIDE, panelsOf, weightsPanelBytes } from "./layout";
import { foldPairs, tileOfProducts } from "./products";
import { tile } from "./wide";
import { someColumns2, someColumns4, someInputs2, someInputs4 } from "./tile-some";
import { QUAD_COUNT } from "./wide-map";
import { hasNegativeZero } from "./zeros";

/** The maximum number of nonzero entries out of 16 for which a list is faster than processing all: measured. */
const WORTH: i32 = 11;

/**
 * out = g(W A + b) like affine of wide.ts.
 * @param map of {@link gather}
 * @param skips whether zeros may be skipped
 * @param lists a buffer with one list per group of four of the columns that are processed at a time
 */
export function affineOfFeatures(
  W: usize, A: usize, map: usize, skips: bool, lists: usize, b: usize, out: usize, g: i32, units: i32, inputs: i32,
  columns: i32, scratch: usize,
): void {
  const panels = panelsOf(units), wPanel = weightsPanelBytes(inputs);
  const listBytes = LIST_HEADER_BYTES + LIST_ENTRY_BYTES * <usize>inputs;
  const mayList = skips && !hasNegativeZero(b, <usize>panels * LANES_BYTES);
  const most = (<usize>inputs * WORTH) >> 4;
  for (let first = 0; first < columns; first += COLUMNS_CHUNK) {
    const end = min(columns, first + COLUMNS_CHUNK);
    if (mayList) {
      for (let c = first, list = lists; c < end; c += 4, list += listBytes) {
        const a = A + <usize>c * LANES_BYTES;
        const count = listInputs(map + (<usize>c << 1), inputs, min(4, end - c), a, scratch + SCRATCH_ZEROS, list + 4);
        store<u32>(list, count);
      }
    }
    for (let p: usize = 0; p < <usize>panels; p++) {
      const w = W + p * wPanel, start = b + p * LANES_BYTES;
      for (let c = first, list = lists; c < end; c += 4, list += listBytes) {
        const at = <usize>c * LANES_BYTES;
        const z = out + p * COLUMNS_PANEL_BYTES + at;
        const count = mayList ? <usize>load<u32>(list) : inputs;
        if (count > most) tile(w, A + at, inputs, start, z);
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
 * Lists the inputs that are not zero in one of up to four columns. An entry is the offset in W and the address of the
 * columns. A product with zero pads the list to an even number of entries.
 * @param A the columns
 * @returns the number of inputs listed
 */
function listInputs(map: usize, inputs: i32, columns: i32, A: usize, zero: usize, list: usize): u32 {
  const begin = list;
  const live: u64 = columns == 4 ? ~(<u64>0) : ((<u64>1) << (columns << 4)) - 1;
  for (let k = 0, w: usize = 0; k < inputs; k += 4 * PANEL, w += 4 * PANEL * LANES_BYTES, A += 4 * COLUMNS_PANEL_BYTES) {
    // The bits of four panels are combined, because the processor predicts the end of a longer loop better.
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
      store<u32>(list, <u32>(A + (i >> 4) * COLUMNS_PANEL_BYTES + ((i & 15) << 2)), 4);
      list += 8;
    }
  }
  store<u32>(list, 0);
  store<u32>(list, <u32>zero, 4);
  return <u32>((list - begin) >> 3);
}

/**
 * dW = sums over each leaf's columns, folded, like outerProducts of products.ts.
 * @param quads of {@link mapFeatures}
 */
export function outerProductsOfFeatures(
  dZ: usize, A: usize, quads: usize, dW: usize, units: i32, inputs: i32, counts: usize, leaves: i32, goesOn: bool,
  scratch: usize,
): void {
  const zeros = scratch + SCRATCH_ZEROS, sums = scratch + SCRATCH_SUMS;
  let columns: i32 = 0;
  for (let leaf: usize = 0; leaf < <usize>leaves; leaf++) columns += load<u32>(counts + (leaf << 2));
  const most = (columns * WORTH) >> 4;
  for (let u = 0; u < units; u += PANEL) {
    const skips = areFinite(dZ, <usize>columns * LANES_BYTES);
    for (let k = 0, quad = quads; k < inputs; k += 4, quad += QUAD_STEP) {
      const w = dW + <usize>k * LANES_BYTES;
      const a = A + <usize>(k / PANEL) * COLUMNS_PANEL_BYTES + (<usize>(k & 15) << 2);
      const count = skips ? <i32>load<u32>(quad, QUAD_COUNT) : columns;
      if (count == 0) {
        if (!goesOn) clearTile(w);
      } else if (count > most) tileOfProducts(dZ, a, counts, leaves, goesOn, scratch, w);
      else if (leaves <= 2) someColumns(dZ, a, quad, counts, leaves, goesOn ? w : zeros, zeros, w);
      else {
        someColumns(dZ, a, quad, counts, leaves, zeros, zeros, sums);
        foldPairs(sums, leaves, w);
      }
    }
    dW += weightsPanelBytes(inputs);
    dZ += COLUMNS_PANEL_BYTES;
  }
}

// @ts-ignore: decorator
@inline
function clearTile(w: usize): void {
  // repeat $J = 16
  v128.store(w, f32x4.splat(0), 16 * $J);
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
