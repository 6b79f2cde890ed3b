import type { KernelSource } from "../kernels/kernels.ts";
export function givesTheBits(_source: KernelSource, _expected: readonly Float32Array[]): boolean {
  return true;
}
export function trainOnce(_source: KernelSource): Float32Array[] {
  return [];
}
export function fastest(sources: readonly KernelSource[]): KernelSource {
  return sources[0];
}
