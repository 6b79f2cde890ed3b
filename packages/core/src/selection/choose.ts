import { requireChoice } from "../checks/errors.ts";
import { KERNEL_NAMES, type KernelName, type KernelSource } from "../kernels/kernels.ts";
import { plainSource } from "../kernels/reference/reference.ts";
import { wasmSource } from "../kernels/wasm/wasm.ts";
import { clearlyFaster } from "./race.ts";
import { givesTheBits, trainOnce } from "./trial.ts";

export const KERNEL_CHOICES = ["auto", ...KERNEL_NAMES] as const;
/** `auto` chooses the fastest kernels that work here; every choice gives the same bits. */
export type KernelChoice = (typeof KERNEL_CHOICES)[number];

/**
 * The order of fallbacks for a choice that does not work. `auto` prefers the earlier one unless the next is clearly
 * faster.
 */
const FASTEST_FIRST = ["simd256", "simd128"] as const;
type VectorKernels = (typeof FASTEST_FIRST)[number];

/** The chosen kernels, and why they are not the requested ones. */
export interface ChosenKernels extends KernelSource {
  /** One sentence for each implementation that was rejected because it does not work here. */
  readonly remarks: readonly string[];
}

/**
 * Chooses kernels that work here. Before their first use, it compares the vector kernels with the plain ones for a few
 * milliseconds. If one fails, the next best replaces it.
 * @throws InputError when `choice` is not one of {@link KERNEL_CHOICES}
 */
export function chooseKernels(choice: KernelChoice = "auto"): ChosenKernels {
  requireChoice("kernels", choice, KERNEL_CHOICES);
  if (choice === "plain") return { ...plainSource, remarks: [] };
  const names = choice === "auto" ? FASTEST_FIRST : FASTEST_FIRST.slice(FASTEST_FIRST.indexOf(choice));
  const faults = names.map((name) => ({ name, fault: faultOf(name) }));
  const working = faults.filter(({ fault }) => fault === undefined).map(({ name }) => name);
  const name = working.length > 1 && choice === "auto" ? winnerOfRace() : (working[0] ?? "plain");
  const before = choice === "auto" ? faults : faults.slice(0, faults.findIndex((each) => each.name === name) >>> 0);
  const remarks = before.flatMap((each) => (each.fault === undefined ? [] : [`${each.name} ${each.fault}`]));
  return { ...kernelsNamed(name), remarks };
}

/** Returns the named kernels without a check, for a thread of a run whose main thread has chosen them. */
export function kernelsNamed(name: KernelName): KernelSource {
  return name === "plain" ? plainSource : wasmSource(name);
}

const faults = new Map<VectorKernels, string | undefined>();
let expected: readonly Float32Array[] | undefined;
let winner: KernelName | undefined;

/** Returns why the kernels do not work here, as found on the first check. */
function faultOf(name: VectorKernels): string | undefined {
  if (!faults.has(name)) faults.set(name, tryOut(name));
  return faults.get(name);
}

function tryOut(name: VectorKernels): string | undefined {
  expected ??= trainOnce(plainSource);
  try {
    return givesTheBits(wasmSource(name), expected) ? undefined : "computes other bits here";
  } catch (error) {
    return `does not run here (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** Without its flag, V8 generates no 256-bit operations, and the module written for them is slower. */
function winnerOfRace(): KernelName {
  winner ??= clearlyFaster(wasmSource("simd128"), wasmSource("simd256")) ? "simd128" : "simd256";
  return winner;
}
