/** Generates f32 numbers to test functions with. */
const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** Every `stride`-th f32 from low to high, by bit pattern: dense near zero, like f32 itself. */
export function* floatsBetween(low: number, high: number, stride: number): Generator<number> {
  for (const sign of [0x80000000, 0]) {
    for (let pattern = 0; pattern < 0x7f800000; pattern += stride) {
      bits[0] = (pattern | sign) >>> 0;
      const x = floats[0];
      if (x >= low && x <= high) yield x;
    }
  }
}
