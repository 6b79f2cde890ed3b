/** The one shared memory of a training run: core's regions behind the words that threads take turns by. */
import { allocateFeatures } from "@scratch-nn/core";
import {
  type Arena,
  type KernelName,
  kernelsNamed,
  layOutSteps,
  type StepMemory,
  type TrainingShape,
} from "@scratch-nn/core/engine";
import { TIMES } from "../runtime/profile.ts";
import { controlWords } from "./control.ts";
import { ORDER_WORDS } from "./order-ahead.ts";

export interface SharedMemory extends StepMemory {
  /** The words of control.ts. */
  readonly control: Int32Array;
  /** Those of order-ahead.ts. */
  readonly order: Int32Array;
  /** Where each thread's time goes, see profile.ts. */
  readonly times: readonly Float64Array[];
}

/** The same regions in every thread that is given the same shape, kernels and arena. */
export function layOutShared(shape: TrainingShape, kernels: KernelName, arena: Arena): SharedMemory {
  const control = arena.int32(controlWords(shape.threads));
  const order = arena.int32(ORDER_WORDS);
  const times = Array.from({ length: shape.threads }, () => arena.float64(TIMES));
  return { control, order, times, ...layOutSteps(shape, kernelsNamed(kernels).layout, arena) };
}

/** Features in memory that threads can share: the array itself if it is there already, else a copy. */
export function sharedFeatures(X: Uint8Array | Float32Array): Uint8Array | Float32Array {
  if (X.buffer instanceof SharedArrayBuffer) return X;
  const buffer = allocateFeatures(X.byteLength);
  const copy = X instanceof Uint8Array ? new Uint8Array(buffer, 0, X.length) : new Float32Array(buffer, 0, X.length);
  copy.set(X);
  return copy;
}

/** The same numbers in memory that threads can share: the array itself if it is there already. */
export function shared<Numbers extends Uint16Array | Uint32Array | Float32Array>(numbers: Numbers): Numbers {
  if (numbers.buffer instanceof SharedArrayBuffer) return numbers;
  const Type = numbers.constructor as new (buffer: SharedArrayBuffer) => Numbers;
  const copy = new Type(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}
