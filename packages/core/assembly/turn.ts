/**
 * Turns a square of four by four numbers: rows become columns.
 * @param fromStep, toStep bytes from one row to the next
 */
// @ts-ignore: decorator
@inline
export function turnFour(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const r0 = v128.load(from), r1 = v128.load(from + fromStep);
  const r2 = v128.load(from + 2 * fromStep), r3 = v128.load(from + 3 * fromStep);
  const a = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), b = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7), d = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i32>(a, b, 0, 1, 4, 5));
  v128.store(to + toStep, v128.shuffle<i32>(a, b, 2, 3, 6, 7));
  v128.store(to + 2 * toStep, v128.shuffle<i32>(c, d, 0, 1, 4, 5));
  v128.store(to + 3 * toStep, v128.shuffle<i32>(c, d, 2, 3, 6, 7));
}
