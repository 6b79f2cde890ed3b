import { requireChoice } from "../checks/errors.ts";
import { KERNEL_NAMES, type KernelName, type KernelSource } from "../kernels/kernels.ts";
import { plainSource } from "../kernels/reference/reference.ts";
import { wasmSource } from "../kernels/wasm/wasm.ts";
import { clearlyFaster } from "./race.ts";
import { givesTheBits, trainOnce } from "./trial.ts";

export const KERNEL_CHOICES = ["auto", ...KERNEL_NAMES] as const;
/** `auto` takes the fastest that works here; every choice gives the same bits. */
export type KernelChoice = (typeof KERNEL_CHOICES)[number];

/** What a choice that does not work falls back along, and what `auto` prefers unless the next is clearly faster here. */
const FASTEST_FIRST = ["simd256", "simd128"] as const;
type VectorKernels = (typeof FASTEST_FIRST)[number];

/** Kernels, and why they are not the ones that were asked for. */
export interface ChosenKernels extends KernelSource {
  /** One sentence for each implementation that was left out because it does not work here. */
  readonly remarks: readonly string[];
}

/**
 * Chooses kernels that work here: the vector ones are compared with the plain ones before their
 * first use, for a few milliseconds, and the next best takes the place of one that fails.
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

/** Those kernels, untried: for a thread of a run whose main thread has chosen. */
export function kernelsNamed(name: KernelName): KernelSource {
  return name === "plain" ? plainSource : wasmSource(name);
}

const faults = new Map<VectorKernels, string | undefined>();
let expected: readonly Float32Array[] | undefined;
let winner: KernelName | undefined;

/** Why the kernels are of no use here, as was found when they were first tried. */
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

/** Without its flag, V8 makes no 256-bit operations, and a module that is written for them is the slower one. */
function winnerOfRace(): KernelName {
  winner ??= clearlyFaster(wasmSource("simd128"), wasmSource("simd256")) ? "simd128" : "simd256";
  return winner;
}
