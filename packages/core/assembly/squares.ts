/** Sums of squares of a layer's gradient, one per unit: that of db, then those of dW in the order of the inputs. */
import { LANES_BYTES } from "./constants";
import { panelsOf, weightsPanelBytes } from "./layout";

/** @param out a buffer for whole panels of units */
export function squares(dW: usize, db: usize, units: i32, inputs: i32, out: usize): void {
  const panel = weightsPanelBytes(inputs);
  for (let p = panelsOf(units); p > 0; p--, dW += panel, db += LANES_BYTES, out += LANES_BYTES) {
    // repeat $J = 4
    const b$J = v128.load(db, 16 * $J);
    let s$J = f32x4.mul(b$J, b$J);
    // end $J
    for (let w = dW, end = dW + <usize>inputs * LANES_BYTES; w < end; w += LANES_BYTES) {
      // repeat $J = 4
      const w$J = v128.load(w, 16 * $J);
      s$J = f32x4.add(s$J, f32x4.mul(w$J, w$J));
      // end $J
    }
    // repeat $J = 4
    v128.store(out, s$J, 16 * $J);
    // end $J
  }
}

/**
 * The same for a first layer by lanes.
 * @param room the number of units allocated in dW
 */
export function squaresByLanes(dW: usize, db: usize, units: i32, room: i32, inputs: i32, out: usize): void {
  const step = <usize>room << 5;
  for (let u = 0; u < units; u++, dW += 32, db += 4, out += 4) {
    const b = load<f32>(db);
    let sum: f32 = b * b, w = dW;
    for (let left = inputs; left > 0; left -= 8, w += step) {
      for (let k: usize = 0, count = <usize>min(left, 8); k < count; k++) {
        const each = load<f32>(w + (k << 2));
        sum += each * each;
      }
    }
    store<f32>(out, sum);
  }
}
