/**
 * Measures the machine's peak for multiplications and additions without FMA: twelve 256-bit (or twenty-four 128-bit)
 * chains of them in registers, without loads or stores, compiled like the kernels.
 */
import { compile } from "./compile.ts";

const CHAINS = 24;
const STEPS = 50_000;
/** One multiplication and one addition for each lane of each chain, twice an iteration. */
const FLOP_PER_CALL = 2 * 2 * 4 * CHAINS * STEPS;

function source(): string {
  const each = (line: (i: number) => string): string => Array.from({ length: CHAINS }, (_, i) => line(i)).join("\n");
  const turn = each((i) => {
    const factor = i % 2 === 0 ? "x" : "y";
    return `c${i} = f32x4.add(f32x4.mul(c${i}, ${factor}), ${factor});`;
  });
  return `export function peak(p: usize, q: usize): void {
    ${each((i) => `let c${i} = v128.load(p, ${16 * i});`)}
    const x = v128.load(q), y = v128.load(q, 16);
    for (let i = 0; i < ${STEPS}; i++) { ${turn} ${turn} }
    ${each((i) => `v128.store(p, c${i}, ${16 * i});`)}
  }`;
}

/** @returns a function to time, and the number of operations of one call */
export async function preparePeak(): Promise<{ readonly run: () => void; readonly items: number }> {
  const { exports } = await compile(source(), 2048);
  return { run: () => exports["peak"](0, 1024), items: FLOP_PER_CALL };
}
