/** A training run, set up: what the loop, and whoever computes its steps, work with. The same for any number of threads. */
import { DivergenceError, InputError } from "../checks/errors.ts";
import { type Arena, makeWorkplace } from "../kernels/arena.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { type Network, parameterCount, viewParameters } from "../model/network.ts";
import { packParameters, prepareWeights, unpackParameters } from "../passes/packed.ts";
import type { TrainingData, Workbench } from "../reduction/gradient.ts";
import type { StepMemory, TrainingShape } from "../reduction/step-memory.ts";
import { Logbook } from "./logbook.ts";
import type { FitOptions, OptimizerState } from "./options.ts";
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
  readonly log: Logbook;
  /** The caller's network, with the parameters of this moment; between two steps only. */
  asNow(): Network;
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
  { shape, shared, data, layOut }: RunPlace<Memory>,
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
  packParameters(network, memory.network, layout);
  prepareWeights(memory.network, layout, kernels);
  for (const [k, slot] of plan.from?.optimizer?.slots.entries() ?? []) {
    packParameters(viewParameters(layers, slot), { ...memory.slots[k], layers }, layout);
  }
  inTraining.add(parameters);
  const asNow = (): Network => {
    unpackParameters(memory.network, network, layers, layout);
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
  return {
    plan,
    options,
    shape,
    arena,
    memory,
    holdsFeatures,
    kernels,
    log: new Logbook(plan, plan.from, stateNow),
    asNow,
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
export function keepLearnt({ options, plan, log, asNow }: TrainingRun, error: unknown): void {
  const { checkpoints } = options;
  if (checkpoints === undefined || error instanceof DivergenceError || log.steps === (plan.from?.steps ?? 0)) return;
  try {
    const network = asNow();
    log.requireFiniteParameters(network.parameters);
    checkpoints.take(log.position, network);
  } catch {
    // The caller is told of the failure that came first.
  }
}

/** What a thread computes the gradients of a run's tasks with. */
export function workbenchOf(memory: StepMemory, thread: number, data: TrainingData, kernels: Kernels): Workbench {
  const { tile, spare, atWork } = memory.threads[thread];
  return { network: memory.network, data, kernels, tile, spare, totals: memory.totals, atWork };
}
