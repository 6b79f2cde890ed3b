/** Main's part of a step on several threads: computes its share, waits for the others, keeps the event loop alive. */
import {
  lossesAreFinite,
  prepareWeights,
  type StepRequest,
  type UnitPlan,
  type ValidationRequest,
} from "@scratch-nn/core/engine";
import { ABORTED, MainWaits } from "./main-waits.ts";
import { TURN_MILLISECONDS } from "./runtime/event-loop.ts";
import { StepThreads } from "./step-threads.ts";
import {
  openSlices,
  openStageOf,
  prepare,
  release,
  type StepPlace,
  slicesAreDone,
  slicesAreOpen,
  startStep,
  tasksAreDone,
} from "./sync/control.ts";
import { beginNext, drawer, drawWhole, OrderAhead } from "./sync/order-ahead.ts";
import { taskRuns, tasksOfRun } from "./sync/task-runs.ts";
import { finishStages, isPastOutput } from "./sync/unit-stages.ts";
import { computeTasks, numberOf, updateOne, updateSlices } from "./sync/work-stealing.ts";
import type { TeamParts } from "./team-parts.ts";

/** How long workers may take to finish their current piece of work after the signal was aborted. */
const GIVE_UP_MILLISECONDS = 100 * TURN_MILLISECONDS;

export class Team {
  readonly #parts: TeamParts;
  readonly #threads: StepThreads;
  readonly #order: OrderAhead;
  readonly #waits: MainWaits;
  /** The epoch whose order is in use. */
  #epoch = 0;
  #steps = 0;
  /** Whether a step has started and not ended; a failure may also come between two steps. */
  #isUnderWay = false;
  /** Whether the current step still needs the other ranks' sums; and whether it cannot get them, as a rank was lost. */
  #needsRanks = false;
  #hasLostRanks = false;
  /** How many threads work on the current step. */
  #atWork = 1;

  constructor(parts: TeamParts) {
    const { memory, plan } = parts.run;
    this.#parts = parts;
    this.#threads = new StepThreads(parts);
    this.#order = new OrderAhead(plan, memory, 0);
    this.#waits = new MainWaits(parts, () => this.#order.drawSome());
  }

  /** Resets the protocol before workers begin or begin again, or before main continues without them. */
  begin(withWorkers: boolean): void {
    this.#threads.isAlone = !withWorkers;
    this.#isUnderWay = false;
    const { run, watchdog } = this.#parts;
    const { memory, plan, log } = run;
    prepare(memory.control);
    watchdog.reset();
    this.#epoch = log.epoch;
    drawWhole(plan, memory, log.epoch);
    beginNext(plan, memory, log.epoch);
  }

  /**
   * Computes a step on all threads: the gradient, and the update unless a loss is not finite.
   * @returns false when the signal was aborted and the step was given up
   * @throws the pool's failure; then either the parameters are those before the step, or {@link finishUpdate} is due
   */
  async compute(request: StepRequest): Promise<boolean> {
    const { run, context } = this.#parts;
    const { control, plans, totals, journals } = run.memory;
    const { epoch, from, to, reductions } = request;
    if (this.#parts.pool.failure !== undefined) throw this.#parts.pool.failure;
    await this.#orderFor(epoch);
    const start = performance.now();
    this.#waits.away = 0;
    const threads = this.#threads.next();
    this.#atWork = threads;
    const { tasks, slices, units } = plans[threads];
    for (const { progress } of journals) progress[0] = 0;
    run.memory.units?.progress.fill(0);
    const place: StepPlace = { epoch, from, to, atWork: threads, reductions, isValidation: false };
    const step = this.#start(place);
    this.#isUnderWay = true;
    this.#needsRanks = this.#parts.gathering !== undefined;

    try {
      if (units !== undefined) {
        const { alone, wasAlone } = await this.#stages(place, units);
        this.#threads.note({ milliseconds: performance.now() - start - this.#waits.away, alone, wasAlone });
        return this.#ended(place);
      }
      // All threads compute the partial gradients of the shards.
      const computed = await this.#ownTasks(place);
      let alone = ((performance.now() - start - this.#waits.away) * tasks.length) / computed;
      if (this.#needsRanks) {
        await this.#waits.until("tasks", () => tasksAreDone(control, tasks.length), place);
        await this.#gather();
        if (slices.length > 1) openSlices(control, lossesAreFinite(totals.losses) ? slices.length : 0);
      }
      if (slices.length > 1) {
        // Each thread sums and updates slices of the parameters.
        await this.#waits.until("opened", () => slicesAreOpen(control, step), place);
        if (lossesAreFinite(totals.losses)) {
          const opened = performance.now();
          const updated = updateSlices(context);
          alone += ((performance.now() - opened) * slices.length) / updated;
          await this.#waits.until("slices", () => slicesAreDone(control, slices.length), undefined);
        }
      } else {
        // Main sums and updates all parameters.
        await this.#waits.until("tasks", () => tasksAreDone(control, tasks.length), place);
        if (lossesAreFinite(totals.losses)) updateOne(context, 0);
      }
      const milliseconds = performance.now() - start - this.#waits.away;
      this.#threads.note({ milliseconds, alone, wasAlone: computed === tasks.length });
    } catch (error) {
      if (error !== ABORTED) throw error;
      return await this.#giveUp();
    }
    return this.#ended(place);
  }

  #ended(place: StepPlace): true {
    const { watch } = this.#parts;
    this.#isUnderWay = false;
    this.report(place);
    if (this.#steps++ === 0) watch.startAgain();
    else watch.turn();
    return true;
  }

  /**
   * Computes the stages of a step that is cut by units.
   * @returns the milliseconds that main would have taken alone, and whether it was alone
   */
  async #stages(place: StepPlace, plan: UnitPlan): Promise<{ readonly alone: number; readonly wasAlone: boolean }> {
    const { control } = this.#parts.run.memory;
    const items = plan.stages.reduce((sum, { length }) => sum + length, 0);
    let milliseconds = 0;
    let computed = 0;
    for (let stage = 0; stage < plan.stages.length; stage = openStageOf(control)) {
      const [begun, away] = [performance.now(), this.#waits.away];
      computed += await this.#ownTasks(place);
      milliseconds += performance.now() - begun - (this.#waits.away - away);
      // Once parameters are being updated, the step can no longer be given up.
      const given = openStageOf(control) > plan.output ? undefined : place;
      await this.#waits.until("stage", () => openStageOf(control) > stage, given);
    }
    return { alone: (milliseconds * items) / computed, wasAlone: computed === items };
  }

  /**
   * Evaluates the validation examples on all threads.
   * @returns false when the signal was aborted and the validation was given up
   * @throws the pool's failure; the validation can be repeated
   */
  async validate({ epoch }: ValidationRequest): Promise<boolean> {
    const { run, pool, gathering } = this.#parts;
    const { control, validation } = run.memory;
    // All ranks validate, or none does.
    if (gathering?.isToStop) return false;
    if (pool.failure !== undefined) throw pool.failure;
    const to = validation.order.length;
    this.#atWork = this.#threads.next();
    const place: StepPlace = { epoch, from: 0, to, atWork: this.#atWork, reductions: 0, isValidation: true };
    this.#start(place);
    try {
      await this.#ownTasks(place);
      const { tasks } = taskRuns(run.memory, place);
      await this.#waits.until("tasks", () => tasksAreDone(control, tasks), place);
      await gathering?.validation();
    } catch (error) {
      if (error !== ABORTED) throw error;
      release(control);
      await pool.settle(GIVE_UP_MILLISECONDS);
      return false;
    }
    this.report(place);
    return true;
  }

  /** Begins main's `report` span, and passes on the spans of all threads if they are due. */
  report(place: StepPlace): void {
    const { context, spans } = this.#parts;
    if (spans === undefined) return;
    spans.lane.begin("report", numberOf(context.updates, place));
    spans.tick();
  }

  /** Starts a step on all threads. @returns the step's number */
  #start(place: StepPlace): number {
    const { memory } = this.#parts.run;
    const runs = taskRuns(memory, place);
    return startStep(memory.control, place, (thread) => tasksOfRun(runs, thread));
  }

  /** Whether all tasks of the current step are computed, so that only the update is left. */
  get isUpdating(): boolean {
    const { control, plans } = this.#parts.run.memory;
    const { tasks, units } = plans[this.#atWork];
    if (units !== undefined) return this.#isUnderWay && isPastOutput(control, units);
    return this.#isUnderWay && !this.#hasLostRanks && tasksAreDone(control, tasks.length);
  }

  /** Finishes the update of a step whose tasks are all done. No worker may be at work. */
  async finishUpdate(): Promise<void> {
    const { run, context } = this.#parts;
    const { plans, totals, network } = run.memory;
    if (this.#needsRanks) await this.#gather();
    if (!lossesAreFinite(totals.losses)) return;
    const { slices, units } = plans[this.#atWork];
    if (units !== undefined) finishStages(run.memory, units, context.units!);
    else for (const [index] of slices.entries()) updateOne(context, index);
    prepareWeights(network, run.plan.kernels.layout, run.kernels);
    this.#isUnderWay = false;
  }

  /** Exchanges the step's sums with the other ranks. */
  async #gather(): Promise<void> {
    const { gathering, run } = this.#parts;
    const start = performance.now();
    this.#hasLostRanks = true;
    await gathering!.step(run.memory.plans[this.#atWork]);
    this.#hasLostRanks = false;
    this.#needsRanks = false;
    this.#waits.away += performance.now() - start;
  }

  /** Computes tasks on main until none is left. @returns how many it computed */
  async #ownTasks(place: StepPlace): Promise<number> {
    const { context, watchdog } = this.#parts;
    const tasks = watchdog.timed(computeTasks(context, undefined));
    let own = 0;
    for (let next = tasks.next(); ; next = tasks.next()) {
      if (next.done) {
        context.lane?.begin("wait", numberOf(context.updates, place));
        return next.value.tasks;
      }
      own += next.value;
      if (this.#waits.isTurnOver) await this.#waits.takeTurn(place, own);
      if (this.#parts.run.options.signal?.aborted) throw ABORTED;
    }
  }

  /** Gives up a step, unless other threads have already begun its update. @returns whether the step is done */
  async #giveUp(): Promise<boolean> {
    const { run, pool } = this.#parts;
    release(run.memory.control);
    await pool.settle(GIVE_UP_MILLISECONDS);
    if (!this.isUpdating) return false;
    await this.finishUpdate();
    return true;
  }

  /** Draws the rest of the order of an epoch that begins. */
  async #orderFor(epoch: number): Promise<void> {
    if (epoch === this.#epoch) return;
    const { run, watchdog, pool } = this.#parts;
    const { plan, memory } = run;
    if (memory.orders.length === 1) drawWhole(plan, memory, epoch);
    for (let start = performance.now(); !this.#order.finish(); start = performance.now()) {
      const worker = drawer(memory) ?? 0;
      const lost = worker === 0 ? undefined : watchdog.waited(worker, performance.now() - start);
      if (lost !== undefined) pool.giveUp(lost);
      await this.#waits.takeTurn(undefined, 0);
    }
    this.#epoch = epoch;
    beginNext(plan, memory, epoch);
  }
}
