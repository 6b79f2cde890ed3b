/**
 * Loads eight numbers of an example as f32, the first four and the last four, from bytes or from f32. Bytes are loaded
 * once for both halves: V8 makes no 256-bit conversion of halves from two loads.
 */
export const SIZE_Bytes: usize = 1;
export const SIZE_Floats: usize = 4;

// @ts-ignore: decorator
@inline
export function loadBytes(x: usize): v128 {
  return v128.load_ext<u8>(x);
}

// @ts-ignore: decorator
@inline
export function lowBytes(_: usize, loaded: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(loaded));
}

// @ts-ignore: decorator
@inline
export function highBytes(_: usize, loaded: v128): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(loaded));
}

// @ts-ignore: decorator
@inline
export function loadFloats(x: usize): v128 {
  return v128.load(x);
}

// @ts-ignore: decorator
@inline
export function lowFloats(_: usize, loaded: v128): v128 {
  return loaded;
}

// @ts-ignore: decorator
@inline
export function highFloats(x: usize, _: v128): v128 {
  return v128.load(x, 16);
}
