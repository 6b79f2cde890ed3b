import { requireChoice } from "../errors.ts";
import type { Kernels } from "./kernels.ts";
import { plainKernels } from "./plain/plain.ts";

export const KERNEL_CHOICES = ["auto", "plain"] as const;
/** `auto` takes the fastest that works here; every choice gives the same bits. */
export type KernelChoice = (typeof KERNEL_CHOICES)[number];

/** @throws InputError when `choice` is not one of {@link KERNEL_CHOICES} */
export function chooseKernels(choice: KernelChoice = "auto"): Kernels {
  requireChoice("kernels", choice, KERNEL_CHOICES);
  return plainKernels;
}
