/**
 * Dropout: out = A * D on columns of examples, with masks from the counter-based generator Threefry-2x32 of 20 rounds,
 * as in src/numerics/random.ts. Eight counters give the masks of the sixteen units of a panel for one example: the
 * first words belong to units 0 to 7, the second words to units 8 to 15.
 */
import { COLUMNS_PANEL_BYTES, LANES_BYTES, SCRATCH_ORDER } from "./constants";
import { panelsOf } from "./layout";

const PARITY: i32 = 0x1bd11bda;

/**
 * Drops units.
 * @param examples the number of each column's example, u32
 * @param limit a unit is kept where its word, as a signed number, is above this
 * @param factor multiplies the kept units
 * @param out may be A
 */
export function dropUnits(
  A: usize, out: usize, examples: usize, units: i32, columns: i32,
  key0: i32, key1: i32, limit: i32, factor: f32, scratch: usize,
): void {
  const key2 = PARITY ^ key0 ^ key1;
  const k0 = i32x4.splat(key0), k1 = i32x4.splat(key1), k2 = i32x4.splat(key2);
  const one = i32x4.splat(key2 + 1), two = i32x4.splat(key0 + 2), three = i32x4.splat(key1 + 3);
  const four = i32x4.splat(key2 + 4), five = i32x4.splat(key0 + 5);
  const most = i32x4.splat(limit), f = f32x4.splat(factor);
  const panels = panelsOf(units);
  for (let p = 0; p < panels; p++, A += COLUMNS_PANEL_BYTES, out += COLUMNS_PANEL_BYTES) {
    const first = i32x4.splat(8 * p + key1);
    // repeat $I = 2
    const counter$I = i32x4.add(v128.load(scratch + SCRATCH_ORDER, 16 * $I), first);
    // end $I
    let a = A, o = out;
    for (let e = examples, end = examples + (<usize>columns << 2); e < end; e += 4, a += LANES_BYTES, o += LANES_BYTES) {
      // repeat $I = 2
      let x$I = i32x4.add(v128.load_splat<u32>(e), k0), y$I = counter$I;
      // end $I
      // for each $R of 13, 15, 26, 6
      // repeat $I = 2
      x$I = i32x4.add(x$I, y$I);
      y$I = v128.xor(v128.or(i32x4.shl(y$I, $R), i32x4.shr_u(y$I, 32 - $R)), x$I);
      // end $I
      // end $R
      // repeat $I = 2
      x$I = i32x4.add(x$I, k1), y$I = i32x4.add(y$I, one);
      // end $I
      // for each $R of 17, 29, 16, 24
      // repeat $I = 2
      x$I = i32x4.add(x$I, y$I);
      y$I = v128.xor(v128.or(i32x4.shl(y$I, $R), i32x4.shr_u(y$I, 32 - $R)), x$I);
      // end $I
      // end $R
      // repeat $I = 2
      x$I = i32x4.add(x$I, k2), y$I = i32x4.add(y$I, two);
      // end $I
      // for each $R of 13, 15, 26, 6
      // repeat $I = 2
      x$I = i32x4.add(x$I, y$I);
      y$I = v128.xor(v128.or(i32x4.shl(y$I, $R), i32x4.shr_u(y$I, 32 - $R)), x$I);
      // end $I
      // end $R
      // repeat $I = 2
      x$I = i32x4.add(x$I, k0), y$I = i32x4.add(y$I, three);
      // end $I
      // for each $R of 17, 29, 16, 24
      // repeat $I = 2
      x$I = i32x4.add(x$I, y$I);
      y$I = v128.xor(v128.or(i32x4.shl(y$I, $R), i32x4.shr_u(y$I, 32 - $R)), x$I);
      // end $I
      // end $R
      // repeat $I = 2
      x$I = i32x4.add(x$I, k1), y$I = i32x4.add(y$I, four);
      // end $I
      // for each $R of 13, 15, 26, 6
      // repeat $I = 2
      x$I = i32x4.add(x$I, y$I);
      y$I = v128.xor(v128.or(i32x4.shl(y$I, $R), i32x4.shr_u(y$I, 32 - $R)), x$I);
      // end $I
      // end $R
      // repeat $I = 2
      x$I = i32x4.add(x$I, k2), y$I = i32x4.add(y$I, five);
      // end $I
      // repeat $I = 2
      const u$I = f32x4.mul(v128.load(a, 16 * $I), f);
      // end $I
      // repeat $I = 2
      const v$I = f32x4.mul(v128.load(a, 32 + 16 * $I), f);
      // end $I
      // repeat $I = 2
      v128.store(o, v128.and(u$I, i32x4.gt_s(x$I, most)), 16 * $I);
      // end $I
      // repeat $I = 2
      v128.store(o, v128.and(v$I, i32x4.gt_s(y$I, most)), 32 + 16 * $I);
      // end $I
    }
  }
}
