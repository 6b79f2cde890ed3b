/** The shared memory of a training run: the synchronisation words and the threads' times, then core's regions. */
import { allocateFeatures } from "@scratch-nn/core";
import {
  type Arena,
  type KernelName,
  kernelsNamed,
  layOutSteps,
  layOutUnits,
  type StepMemory,
  type StepPlan,
  type TrainingShape,
  type UnitMemory,
  type UnitPlan,
} from "@scratch-nn/core/engine";
import { TIMES } from "../runtime/profile.ts";
import { controlWords } from "./control.ts";
import { ORDER_WORDS } from "./order-ahead.ts";

/** The plan of a step, which is cut by columns into tasks, or by units. */
export interface ThreadsPlan extends StepPlan {
  /** The stages; undefined if the step is cut by columns. */
  readonly units: UnitPlan | undefined;
}

export interface SharedMemory extends StepMemory {
  readonly plans: readonly ThreadsPlan[];
  /** Undefined if no step is cut by units. */
  readonly units: UnitMemory | undefined;
  /** The words of control.ts. */
  readonly control: Int32Array;
  /** The words of order-ahead.ts. */
  readonly order: Int32Array;
  /** Each thread's times: see profile.ts. */
  readonly times: readonly Float64Array[];
}

/** Lays out the regions. The same shape, kernels and arena give the same regions in every thread. */
export function layOutShared(shape: TrainingShape, kernels: KernelName, arena: Arena): SharedMemory {
  const control = arena.int32(controlWords(shape.threads));
  const order = arena.int32(ORDER_WORDS);
  const times = Array.from({ length: shape.threads }, () => arena.float64(TIMES));
  const { layout } = kernelsNamed(kernels);
  const steps = layOutSteps(shape, layout, arena);
  const units = layOutUnits(shape, layout, arena);
  const plans = steps.plans.map((plan, k): ThreadsPlan => {
    if (units === undefined || k < units.fewest) return { ...plan, units: undefined };
    return {
      ...plan,
      threads: k,
      get units() {
        return units.planOf(k);
      },
    };
  });
  return { control, order, times, ...steps, plans, units };
}

/** Puts features into memory that threads can share. @returns the array itself if it is shared already, else a copy */
export function sharedFeatures(X: Uint8Array | Float32Array): Uint8Array | Float32Array {
  if (X.buffer instanceof SharedArrayBuffer) return X;
  const buffer = allocateFeatures(X.byteLength);
  const copy = X instanceof Uint8Array ? new Uint8Array(buffer, 0, X.length) : new Float32Array(buffer, 0, X.length);
  copy.set(X);
  return copy;
}

/** Puts numbers into memory that threads can share. @returns the array itself if it is shared already, else a copy */
export function shared<Numbers extends Uint16Array | Uint32Array | Float32Array>(numbers: Numbers): Numbers {
  if (numbers.buffer instanceof SharedArrayBuffer) return numbers;
  const Type = numbers.constructor as new (buffer: SharedArrayBuffer) => Numbers;
  const copy = new Type(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}
