/**
 * The all-reduce over ranks, between the tasks of a step and its update. Each rank folds its partial sums into the sums
 * of its subtrees. All ranks exchange these sums and the figures of their shards. Then each rank adds along the rest of
 * the tree, so that all hold the same sums. Equal sums give equal weights on every rank; weights are never sent.
 */
import { firstOf, type Kernels, type StepPlan } from "@scratch-nn/core/engine";
import type { SharedMemory } from "../sync/memory.ts";
import { validationRun } from "../sync/task-runs.ts";
import type { Communicator } from "./communicator.ts";

/** A request to end a run early. */
interface Stop {
  readonly aborted: boolean;
}

/** The agreement of the ranks to stop: all stop after the same step, or none does. */
export interface Agreement {
  /** Whether this rank was told to stop. */
  readonly told: Stop | undefined;
  /** Whether any rank was told to stop: becomes true on all ranks in the same step. */
  readonly agreed: { aborted: boolean };
}

/** Sums of losses and counts of correct columns, each [shards]. */
interface Totals {
  readonly losses: Float64Array;
  readonly correct: Uint32Array;
}

/** Shards [first, end). */
interface Run {
  readonly first: number;
  readonly end: number;
}

/** The figures that ranks exchange about the shards of a step or a validation. */
class Figures {
  readonly #totals: Totals;
  readonly #runs: readonly Run[];
  /** For each rank: 1 if it was told to stop, then the losses of its shards, then their counts of correct columns. */
  readonly parts: readonly Float64Array[];

  constructor(totals: Totals, runs: readonly Run[]) {
    this.#totals = totals;
    this.#runs = runs;
    this.parts = runs.map(({ first, end }) => new Float64Array(1 + 2 * (end - first)));
  }

  write(rank: number, isTold: boolean): void {
    const { losses, correct } = this.#totals;
    const { first, end } = this.#runs[rank];
    const part = this.parts[rank];
    part[0] = isTold ? 1 : 0;
    part.set(losses.subarray(first, end), 1);
    part.set(correct.subarray(first, end), 1 + end - first);
  }

  /** @returns whether any rank was told to stop */
  read(): boolean {
    const { losses, correct } = this.#totals;
    for (const [rank, { first, end }] of this.#runs.entries()) {
      const part = this.parts[rank];
      losses.set(part.subarray(1, 1 + end - first), first);
      correct.set(part.subarray(1 + end - first), first);
    }
    return this.parts.some(([isTold]) => isTold !== 0);
  }
}

export class Gathering {
  readonly #communicator: Communicator;
  readonly #memory: SharedMemory;
  readonly #kernels: Kernels;
  readonly #agreement: Agreement;
  readonly #ofStep: Figures;
  readonly #ofValidation: Figures;

  /**
   * @param memory the memory of a run of several ranks
   * @param kernels the kernels of the main thread
   */
  constructor(communicator: Communicator, memory: SharedMemory, kernels: Kernels, agreement: Agreement) {
    this.#communicator = communicator;
    this.#memory = memory;
    this.#kernels = kernels;
    this.#agreement = agreement;
    const { plan } = memory.gathered!;
    const { totals } = memory.validation;
    const runs = plan.subtrees.map((own) => ({ first: own[0].first, end: own.at(-1)!.end }));
    this.#ofStep = new Figures(memory.totals, runs);
    this.#ofValidation = new Figures(
      totals,
      runs.map((_, rank) => validationRun(totals.losses.length, { rank, ranks: communicator.size })),
    );
  }

  /** Whether all ranks have agreed to stop. */
  get isToStop(): boolean {
    return this.#agreement.agreed.aborted;
  }

  /** Exchanges a step. All its tasks on this rank must be done. Afterwards, sums and figures cover all shards. */
  async step({ tasks }: StepPlan): Promise<void> {
    const { gathered, partials, network } = this.#memory;
    const { plan, places } = gathered!;
    const { rank } = this.#communicator;
    for (const { first, end, place } of plan.subtrees[rank]) {
      const from = tasks.findIndex((task) => task.first === first);
      const to = tasks.findIndex((task) => task.end === end) + 1;
      const sums = { ...partials, numbers: partials.numbers.subarray(from * partials.stride) };
      const { parameters } = places.sums[place];
      this.#kernels.reduce(firstOf(sums, to - from), 0, network.parameters.length, parameters);
    }
    const sums = plan.subtrees.map((own) => own.map(({ place }) => places.sums[place].parameters));
    await this.#gather(this.#ofStep, sums);
    for (const [into, from] of plan.additions) {
      this.#kernels.add(places.sums[into].parameters, places.sums[from].parameters);
    }
  }

  /** Exchanges a validation. All its shards on this rank must be done. */
  async validation(): Promise<void> {
    await this.#gather(this.#ofValidation, []);
  }

  async #gather(figures: Figures, sums: readonly (readonly Float32Array[])[]): Promise<void> {
    const { rank } = this.#communicator;
    const { told, agreed } = this.#agreement;
    figures.write(rank, told?.aborted === true);
    await this.#communicator.allGather(figures.parts.map((part, r) => [part, ...(sums[r] ?? [])]));
    if (figures.read()) agreed.aborted = true;
  }
}
