/** Main's part of a step on several threads: its own share, and waiting for the others, the event loop alive. */
import type { FitProgress } from "@scratch-nn/core";
import {
  estimateStep,
  lossesAreFinite,
  prepareWeights,
  type StepRequest,
  type ValidationRequest,
} from "@scratch-nn/core/engine";
import { TURN_MILLISECONDS, Turn } from "./runtime/event-loop.ts";
import {
  columnsOf,
  isBusy,
  openSlices,
  prepare,
  release,
  type StepPlace,
  slicesAreDone,
  slicesAreOpen,
  startStep,
  tasksAreDone,
  type WORDS,
} from "./sync/control.ts";
import { beginNext, drawer, drawWhole, OrderAhead } from "./sync/order-ahead.ts";
import { ThreadsAtWork } from "./sync/threads-at-work.ts";
import { Waiting } from "./sync/waiting.ts";
import { computeTasks, numberOf, taskRuns, tasksOfRun, updateOne, updateSlices } from "./sync/work-stealing.ts";
import type { TeamParts } from "./team-parts.ts";

/** Nanoseconds of a step on one thread below which threads may not have met before it is over: main begins alone. */
const SHORT_STEP = 100_000;

/** How long workers have for what they are at when the signal was aborted. */
const GIVE_UP_MILLISECONDS = 100 * TURN_MILLISECONDS;

/** A step that is given up because the signal was aborted. */
const ABORTED = Symbol("aborted");

export class Team {
  readonly #parts: TeamParts;
  readonly #turn = new Turn(TURN_MILLISECONDS);
  readonly #threads: ThreadsAtWork;
  readonly #order: OrderAhead;
  readonly #waiting: Waiting;
  /** The epoch whose order is in use. */
  #epoch = 0;
  #steps = 0;
  /** Between its start and its end; a failure may come in between two steps, too. */
  #isUnderWay = false;
  /** Whether the step under way still needs the other ranks' sums, or, since a rank was lost, cannot have them. */
  #needsRanks = false;
  #hasLostRanks = false;
  #isAlone = false;
  /** In the step under way. */
  #atWork = 1;
  #told: number;
  /** Milliseconds of the step under way that went to the event loop. */
  #away = 0;

  constructor(parts: TeamParts) {
    const { memory, plan, shape } = parts.run;
    this.#parts = parts;
    const most = memory.plans[shape.threads].threads;
    const isShort = estimateStep(shape, plan.kernels.layout) < SHORT_STEP;
    this.#threads = new ThreadsAtWork(most, isShort ? 1 : most);
    this.#told = most;
    this.#order = new OrderAhead(plan, memory, 0);
    this.#waiting = new Waiting(memory.control, () => this.#order.drawSome());
  }

  /** Before workers begin, or begin again, or main goes on without them. */
  begin(withWorkers: boolean): void {
    this.#isAlone = !withWorkers;
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
   * Computes a step with all threads: the gradient, and the update with it unless a loss is not finite.
   * @returns false when the signal was aborted and the step was given up
   * @throws the pool's failure; the parameters are then as before the step, or {@link finishUpdate} is due
   */
  async compute(request: StepRequest): Promise<boolean> {
    const { run, context, watch } = this.#parts;
    const { control, plans, totals, journals } = run.memory;
    const { epoch, from, to, reductions } = request;
    if (this.#parts.pool.failure !== undefined) throw this.#parts.pool.failure;
    await this.#orderFor(epoch);
    const start = performance.now();
    this.#away = 0;
    const threads = this.#threadsForStep();
    const { tasks, slices } = plans[threads];
    for (const { progress } of journals) progress[0] = 0;
    const place: StepPlace = { epoch, from, to, atWork: threads, reductions, isValidation: false };
    const step = this.#start(place);
    this.#isUnderWay = true;
    this.#needsRanks = this.#parts.gathering !== undefined;

    try {
      // All threads compute the partial gradients of the shards ...
      const computed = await this.#ownTasks(place);
      let alone = ((performance.now() - start - this.#away) * tasks.length) / computed;
      if (this.#needsRanks) {
        await this.#wait("tasks", () => tasksAreDone(control, tasks.length), place);
        await this.#gather();
        if (slices.length > 1) openSlices(control, lossesAreFinite(totals.losses) ? slices.length : 0);
      }
      if (slices.length > 1) {
        // ... and each sums and updates its slice of the parameters;
        await this.#wait("opened", () => slicesAreOpen(control, step), place);
        if (lossesAreFinite(totals.losses)) {
          const opened = performance.now();
          const updated = updateSlices(context);
          alone += ((performance.now() - opened) * slices.length) / updated;
          await this.#wait("slices", () => slicesAreDone(control, slices.length), undefined);
        }
      } else {
        // ... or main sums and updates all of them.
        await this.#wait("tasks", () => tasksAreDone(control, tasks.length), place);
        if (lossesAreFinite(totals.losses)) updateOne(context, 0);
      }
      const milliseconds = performance.now() - start - this.#away;
      // Not where main has found nothing left to do.
      if (this.#parts.fixed === undefined && Number.isFinite(alone))
        this.#threads.note({ milliseconds, alone, wasAlone: computed === tasks.length });
    } catch (error) {
      if (error !== ABORTED) throw error;
      return await this.#giveUp();
    }
    this.#isUnderWay = false;
    this.report(place);
    if (this.#steps++ === 0) watch.startAgain();
    else watch.turn();
    return true;
  }

  /**
   * Looks at the validation examples with all threads.
   * @returns false when the signal was aborted and it was given up
   * @throws the pool's failure; it can be done again
   */
  async validate({ epoch }: ValidationRequest): Promise<boolean> {
    const { run, pool, gathering } = this.#parts;
    const { control, validation } = run.memory;
    // All ranks look, or none.
    if (gathering?.isToStop) return false;
    if (pool.failure !== undefined) throw pool.failure;
    const to = validation.order.length;
    const place: StepPlace = { epoch, from: 0, to, atWork: this.#threadsForStep(), reductions: 0, isValidation: true };
    this.#start(place);
    try {
      await this.#ownTasks(place);
      const { tasks } = taskRuns(run.memory, place);
      await this.#wait("tasks", () => tasksAreDone(control, tasks), place);
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

  /** Main computes nothing any more, for the moment: the spans of all threads are told if it is time. */
  report(place: StepPlace): void {
    const { context, spans } = this.#parts;
    if (spans === undefined) return;
    spans.lane.begin("report", numberOf(context.updates, place));
    spans.tick();
  }

  /** Lets the threads begin. @returns the step's number */
  #start(place: StepPlace): number {
    const { memory } = this.#parts.run;
    const runs = taskRuns(memory, place);
    return startStep(memory.control, place, (thread) => tasksOfRun(runs, thread));
  }

  /** Whether a step is under way all of whose tasks are computed: what is left of it is the update. */
  get isUpdating(): boolean {
    const { control, plans } = this.#parts.run.memory;
    return this.#isUnderWay && !this.#hasLostRanks && tasksAreDone(control, plans[this.#atWork].tasks.length);
  }

  /** When no worker is at work: finishes the update of a step whose tasks were all done. */
  async finishUpdate(): Promise<void> {
    const { run, context } = this.#parts;
    const { plans, totals, network } = run.memory;
    if (this.#needsRanks) await this.#gather();
    if (!lossesAreFinite(totals.losses)) return;
    for (const [index] of plans[this.#atWork].slices.entries()) updateOne(context, index);
    prepareWeights(network, run.plan.kernels.layout, run.kernels);
    this.#isUnderWay = false;
  }

  /** Brings the step's sums together with those of the other ranks. */
  async #gather(): Promise<void> {
    const { gathering, run } = this.#parts;
    const start = performance.now();
    this.#hasLostRanks = true;
    await gathering!.step(run.memory.plans[this.#atWork]);
    this.#hasLostRanks = false;
    this.#needsRanks = false;
    this.#away += performance.now() - start;
  }

  #threadsForStep(): number {
    const { fixed, run, onThreads } = this.#parts;
    const most = this.#parts.pool.threads;
    const wanted = this.#isAlone
      ? 1
      : typeof fixed === "function"
        ? fixed(run.log.steps)
        : (fixed ?? this.#threads.now);
    const { threads } = run.memory.plans[Math.max(1, Math.min(most, Math.floor(wanted) || 1))];
    this.#atWork = threads;
    if (fixed === undefined && this.#told !== this.#threads.best) {
      this.#told = this.#threads.best;
      onThreads?.(this.#told);
    }
    return threads;
  }

  /** Computes tasks until none is left. @returns how many */
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
      if (this.#turn.isOver()) await this.#takeTurn(place, own);
      if (this.#parts.run.options.signal?.aborted) throw ABORTED;
    }
  }

  /**
   * @param place of the step, while it can be given up
   * @throws ABORTED, or the pool's failure
   */
  async #wait(word: keyof typeof WORDS, isOver: () => boolean, place: StepPlace | undefined): Promise<void> {
    const { run, watch, watchdog, pool } = this.#parts;
    const { control } = run.memory;
    const { threads } = run.shape;
    for (;;) {
      const start = performance.now();
      if (watch.wait(() => this.#waiting.untilOrTimeout(word, isOver, TURN_MILLISECONDS))) return;
      for (let worker = 1; worker < threads; worker++) {
        if (!isBusy(control, worker)) continue;
        const lost = watchdog.waited(worker, performance.now() - start);
        if (lost !== undefined) pool.giveUp(lost);
      }
      await this.#takeTurn(place, place === undefined ? 0 : place.to - place.from);
    }
  }

  /** Lets the event loop have its turn, and looks what has become of the workers. */
  async #takeTurn(place: StepPlace | undefined, own: number): Promise<void> {
    const { run, pool, spans } = this.#parts;
    const start = performance.now();
    spans?.lane.pause();
    await this.#turn.yield();
    if (place !== undefined) this.#tell(place, own);
    spans?.tick();
    spans?.lane.resume();
    this.#away += performance.now() - start;
    if (pool.failure !== undefined) throw pool.failure;
    if (place !== undefined && run.options.signal?.aborted) throw ABORTED;
  }

  #tell({ epoch, from, to, isValidation }: StepPlace, own: number): void {
    const { run } = this.#parts;
    if (isValidation) return;
    let examples = from + own;
    for (let worker = 1; worker < run.shape.threads; worker++) examples += columnsOf(run.memory.control, worker);
    const progress: FitProgress = { epoch, examples: Math.min(to, examples) };
    run.options.onProgress?.(progress);
  }

  /** The signal was aborted: others may have begun the update all the same. @returns whether the step is done */
  async #giveUp(): Promise<boolean> {
    const { run, pool } = this.#parts;
    release(run.memory.control);
    await pool.settle(GIVE_UP_MILLISECONDS);
    if (!this.isUpdating) return false;
    await this.finishUpdate();
    return true;
  }

  /** Draws what is left of the order of an epoch that begins. */
  async #orderFor(epoch: number): Promise<void> {
    if (epoch === this.#epoch) return;
    const { run, watchdog, pool } = this.#parts;
    const { plan, memory } = run;
    if (memory.orders.length === 1) drawWhole(plan, memory, epoch);
    for (let start = performance.now(); !this.#order.finish(); start = performance.now()) {
      const worker = drawer(memory) ?? 0;
      const lost = worker === 0 ? undefined : watchdog.waited(worker, performance.now() - start);
      if (lost !== undefined) pool.giveUp(lost);
      await this.#takeTurn(undefined, 0);
    }
    this.#epoch = epoch;
    beginNext(plan, memory, epoch);
  }
}
