/** The additional arguments of a module's operations. */
import type { Activation } from "../../model/network.ts";
import { ELU, GELU, IDENTITY, LEAKY_RELU, MISH, NONE, RELU, SELU, SIGMOID, SILU, TANH } from "./constants.ts";
import type { Address, Operations } from "./module.ts";

/**
 * A module instantiated on a memory, with its own scratch memory; see the SCRATCH constants in scripts/constants.ts.
 */
export interface Binding {
  readonly wasm: Operations;
  readonly scratch: Address;
}

/** Examples in the module's memory, and the columns to take. */
export interface StoredExamples {
  /** [inputs, *], u8 or f32 */
  readonly X: Address;
  readonly bytes: boolean;
  readonly scale: number;
  /** [count] u32 */
  readonly order: Address;
  readonly count: number;
  /** Whether the examples stay at their addresses while the gathered matrix is in use. */
  readonly stays: boolean;
}

export const ACTIVATION_CODES: Readonly<Record<Activation | "none", number>> = {
  none: NONE,
  relu: RELU,
  sigmoid: SIGMOID,
  tanh: TANH,
  "leaky-relu": LEAKY_RELU,
  elu: ELU,
  selu: SELU,
  gelu: GELU,
  silu: SILU,
  mish: MISH,
  identity: IDENTITY,
};
