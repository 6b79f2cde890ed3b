/** A training run, set up: what the loop, and whoever computes its steps, work with. The same for any number of threads. */
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
  /** The main thread's. */
  readonly kernels: Kernels;
  /** The same, for the memory that the validation examples lie in. */
  readonly validationKernels: Kernels;
  readonly log: Logbook;
  /** The caller's network, with the parameters of this moment; between two steps only. */
  asNow(): Network;
  /** Where the run stands; between two steps only. */
  positionNow(): TrainingPosition;
  /** Lets a validation see other parameters; the caller's network keeps the run's own meanwhile. */
  show(parameters: Float32Array): void;
  /** Brings the run's own parameters back. */
  showOwn(): void;
  /** At the run's end: the network gets the parameters that were selected, if any were. */
  deliver(): void;
  /** However the run ended: the network keeps the last whole step's parameters, other runs may have it and the memory. */
  release(): void;
}

/** Where a run's memory comes from. */
export interface RunPlace<Memory extends StepMemory> {
  readonly shape: TrainingShape;
  /** Whether other threads use the memory. */
  readonly shared: boolean;
  /** Features in memory that all threads can read. */
  readonly data: TrainingData;
  /** Likewise, of the plan's validation. */
  readonly validation?: TrainingData | undefined;
  readonly layOut: (arena: Arena) => Memory;
}

/** Networks' parameters that are in training. */
const inTraining = new WeakSet<Float32Array>();

/**
 * Makes the memory of a run and brings the network's parameters into it.
 * @throws InputError when the network is in training already
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
  /** The last step's, once the memory holds those that were selected. */
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
 * After a failure: what was learnt before it, for whoever keeps checkpoints. The parameters must be those of the last whole
 * step, which the logbook has noted. Those that a run diverges with are of no use.
 */
export function keepLearnt({ options, plan, log, asNow, positionNow }: TrainingRun, error: unknown): void {
  const { checkpoints } = options;
  if (checkpoints === undefined || error instanceof DivergenceError || log.steps === (plan.from?.steps ?? 0)) return;
  try {
    const network = asNow();
    log.requireFiniteParameters(network.parameters);
    checkpoints.take(positionNow(), network);
  } catch {
    // The caller is told of the failure that came first.
  }
}

/** What a thread computes the gradients of a run's tasks with. */
export function workbenchOf(memory: StepMemory, thread: number, data: TrainingData, kernels: Kernels): Workbench {
  const { tile, spare, atWork } = memory.threads[thread];
  return { network: memory.network, data, kernels, tile, spare, totals: memory.totals, atWork };
}
