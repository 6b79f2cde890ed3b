/**
 * The state of a training run, which the loop and the code that computes its steps share. It is the same for any number
 * of threads.
 */
import { DivergenceError, InputError } from "../checks/errors.ts";
import { type Arena, makeWorkplace } from "../kernels/arena.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { type Network, parameterCount, viewParameters } from "../model/network.ts";
import { packParameters, prepareWeights, unpackParameters } from "../passes/packed.ts";
import type { TrainingData, Workbench } from "../reduction/gradient.ts";
import type { StepMemory, TrainingShape } from "../reduction/step-memory.ts";
import { Logbook } from "./logbook.ts";
import type { FitOptions, OptimizerState, TrainingPosition } from "./options.ts";
import type { TrainingPlan } from "./plan.ts";

export interface TrainingRun<Memory extends StepMemory = StepMemory> {
  readonly plan: TrainingPlan;
  readonly options: FitOptions;
  readonly shape: TrainingShape;
  readonly arena: Arena;
  readonly memory: Memory;
  /** Whether X lies in the arena's memory. */
  readonly holdsFeatures: boolean;
  /** The kernels of the main thread. */
  readonly kernels: Kernels;
  /** The kernels bound to the memory that holds the validation examples. */
  readonly validationKernels: Kernels;
  readonly log: Logbook;
  /** Copies the current parameters into the caller's network and returns it. Call it only between two steps. */
  asNow(): Network;
  /** The current position of the run. Call it only between two steps. */
  positionNow(): TrainingPosition;
  /** Loads other parameters for a validation. Meanwhile the caller's network holds the run's own parameters. */
  show(parameters: Float32Array): void;
  /** Restores the run's own parameters. */
  showOwn(): void;
  /** Loads the selected parameters, if any, into the network at the end of the run. */
  deliver(): void;
  /**
   * Ends the run, whether it succeeded or failed. The network keeps the parameters of the last whole step. Other runs
   * may then train the network and use the memory.
   */
  release(): void;
}

/** The shape of a run's memory and the data that it holds. */
export interface RunPlace<Memory extends StepMemory> {
  readonly shape: TrainingShape;
  /** Whether other threads use the memory. */
  readonly shared: boolean;
  /** The examples, with the features in memory that all threads can read. */
  readonly data: TrainingData;
  /** The validation examples of the plan, with the features in such memory too. */
  readonly validation?: TrainingData | undefined;
  readonly layOut: (arena: Arena) => Memory;
}

/** The parameters of all networks that are being trained. */
const inTraining = new WeakSet<Float32Array>();

/**
 * Allocates the memory of a run and copies the network's parameters into it.
 * @throws InputError when another run already trains the network
 */
export function prepareRun<Memory extends StepMemory>(
  network: Network,
  plan: TrainingPlan,
  options: FitOptions,
  { shape, shared, data, validation, layOut }: RunPlace<Memory>,
): TrainingRun<Memory> {
  const { layers, parameters } = network;
  if (inTraining.has(parameters)) {
    throw new InputError({
      where: "network",
      expected: "a network that no other run trains",
      found: "one that is being trained",
      remedy: "wait until that run is over, or train a copy: networkOf(layers, activation, parameters.slice())",
    });
  }
  const { layout, bind } = plan.kernels;
  const workplace = makeWorkplace(layOut, { shared, features: data.X });
  const { arena, regions: memory, holdsFeatures } = workplace;
  const kernels = bind(arena, memory.threads[0].scratch, holdsFeatures);
  const isSameX = validation?.X.buffer === data.X.buffer;
  const validationKernels =
    validation === undefined || isSameX ? kernels : bind(arena, memory.threads[0].scratch, false);
  if (plan.validation !== undefined) memory.validation.order.set(plan.validation.columns);
  const pack = (numbers: Float32Array): void => {
    packParameters(viewParameters(layers, numbers), memory.network, layout);
    prepareWeights(memory.network, layout, kernels);
  };
  pack(plan.from?.parameters ?? parameters);
  for (const [k, slot] of plan.from?.optimizer?.slots.entries() ?? []) {
    packParameters(viewParameters(layers, slot), { ...memory.slots[k], layers }, layout);
  }
  inTraining.add(parameters);
  /** Whether the memory holds other parameters than the run's own, for a validation. */
  let showsOthers = false;
  /** The parameters of the last step, once the memory holds the selected ones. */
  let last: Float32Array | undefined;
  const asNow = (): Network => {
    if (!showsOthers) unpackParameters(memory.network, network, layers, layout);
    return network;
  };
  const stateNow = (): OptimizerState | undefined => {
    if (memory.slots.length === 0) return undefined;
    const slots = memory.slots.map((packed) => {
      const slot = viewParameters(layers, new Float32Array(parameterCount(layers)));
      unpackParameters(packed, slot, layers, layout);
      return slot.parameters;
    });
    return { settings: plan.optimizer, slots };
  };
  const log = new Logbook(plan, plan.from, stateNow);
  return {
    plan,
    options,
    shape,
    arena,
    memory,
    holdsFeatures,
    kernels,
    validationKernels,
    log,
    asNow,
    positionNow: () => (last === undefined ? log.position : { ...log.position, parameters: last }),
    show(others) {
      asNow();
      showsOthers = true;
      pack(others);
    },
    showOwn() {
      pack(parameters);
      showsOthers = false;
    },
    deliver() {
      const { selected } = log;
      if (selected === undefined) return;
      log.requireFiniteParameters(selected.parameters);
      last = asNow().parameters.slice();
      pack(selected.parameters);
      asNow();
    },
    release() {
      asNow();
      inTraining.delete(parameters);
      workplace.release();
    },
  };
}

/**
 * After a failure, passes the last whole step to the checkpoints, if there are any. The parameters must be those of the
 * last step that the logbook has noted. Nothing is passed on if the run diverged or made no step.
 */
export function keepLearnt({ options, plan, log, asNow, positionNow }: TrainingRun, error: unknown): void {
  const { checkpoints } = options;
  if (checkpoints === undefined || error instanceof DivergenceError || log.steps === (plan.from?.steps ?? 0)) return;
  try {
    const network = asNow();
    log.requireFiniteParameters(network.parameters);
    checkpoints.take(positionNow(), network);
  } catch {
    // The caller throws the first error.
  }
}

/** Collects what one thread needs to compute the gradients of a run's tasks. */
export function workbenchOf(memory: StepMemory, thread: number, data: TrainingData, kernels: Kernels): Workbench {
  const { tile, spare, atWork } = memory.threads[thread];
  return { network: memory.network, data, kernels, tile, spare, totals: memory.totals, atWork };
}
