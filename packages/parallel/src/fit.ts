/** Data-parallel training: core's fit on worker threads, with the same result. */
import { type Examples, type FitResult, InputError, type Network } from "@scratch-nn/core";
import {
  type CheckedExamples,
  keepLearnt,
  mostThreads,
  planTraining,
  prepareRun,
  type StepRequest,
  shapeOf,
  type TrainingData,
  trainingLoop,
  updatesOf,
  type ValidationRequest,
  validationBenchOf,
  workbenchOf,
} from "@scratch-nn/core/engine";
import { PARALLEL_FIT_OPTIONS, type ParallelFitOptions, withDefaults } from "./options.ts";
import { rankShape } from "./ranks/communicator.ts";
import { Gathering } from "./ranks/gathering.ts";
import { profileOf, Stopwatch } from "./runtime/profile.ts";
import { RunSpans } from "./runtime/spans.ts";
import { beatOf, release } from "./sync/control.ts";
import { layOutShared, shared, sharedFeatures } from "./sync/memory.ts";
import { unitWorkOf } from "./sync/unit-stages.ts";
import type { ThreadContext } from "./sync/work-stealing.ts";
import { Team } from "./team.ts";
import { activeWorkers } from "./threads/options.ts";
import { RetryPolicy } from "./threads/retry-policy.ts";
import type { TrainingWork } from "./threads/shard-worker.ts";
import { Watchdog } from "./threads/watchdog.ts";
import { StartError, WorkerError } from "./threads/worker-error.ts";
import { WorkerPool } from "./threads/worker-pool.ts";

/**
 * Trains a network in place, like core's `fit`: the same options give the same bits. It runs on `options.workers`
 * threads: the calling thread and worker threads. The event loop stays alive.
 *
 * `fit` replaces a worker that fails, dies or hangs, and recomputes the step if it was not finished. If workers fail
 * repeatedly, the calling thread continues alone. If the system gives fewer threads, the available ones do the work.
 *
 * X, labels and targets in SharedArrayBuffers are read in place; others are copied once.
 * @returns when all epochs are done, or `options.signal` is aborted
 * @throws InputError when an option is out of range, the examples do not fit the network, the network is already in
 *   training, or the workers' module is missing or does not run
 * @throws DivergenceError when the loss or a parameter stops being finite
 * @throws WorkerError when no worker ever begins, or a failed thread cannot be terminated; the network then holds the
 *   parameters of the last complete step
 */
export async function fit(network: Network, examples: Examples, options: ParallelFitOptions): Promise<FitResult> {
  const zero = RunSpans.zeroOf(options);
  const plan = planTraining(network, examples, options, PARALLEL_FIT_OPTIONS);
  const { threadsAtWork: fixed, update, profiling: howMuch, patience } = withDefaults(options);
  const { shards, kernels, epochs, batchesPerEpoch, shuffled, seed } = plan;
  const updates = updatesOf(plan);
  const { communicator } = options;
  const ranks = rankShape(communicator, shards);
  const cut = { update, ...(ranks && { ranks }) };
  const threads = activeWorkers(options, mostThreads(shapeOf(network, plan, { threads: 1, ...cut }), kernels.layout));
  const pool = new WorkerPool(threads - 1, options);
  const { X, labels, targets, scale } = plan.examples;
  const data = { X: sharedFeatures(X), labels: shared(labels), targets: shared(targets), scale };
  const validation = plan.validation && sharedValidation(plan.validation, plan.examples, data);
  const shape = shapeOf(network, plan, { threads, ...cut });
  const layOut = (arena: Parameters<typeof layOutShared>[2]) => layOutShared(shape, kernels.name, arena);
  /** With several ranks, all stop after the same step. */
  const agreed = { aborted: false };
  const ownOptions = ranks === undefined ? options : { ...options, signal: agreed };
  const run = prepareRun(network, plan, ownOptions, { shape, shared: true, data, validation, layOut });
  const { memory, arena, holdsFeatures } = run;
  const gathering = ranks && new Gathering(communicator!, memory, run.kernels, { told: options.signal, agreed });
  const profiling = options.onProfile && howMuch;
  const watch = new Stopwatch(profiling && memory.times[0], profiling);
  const { onSpans } = options;
  const spans = onSpans && new RunSpans({ threads, step: run.log.steps + 1, zero, onSpans });
  const kernelsOfMain = watch.timed(run.kernels);
  const bench = workbenchOf(memory, 0, data, spans?.lane.timed(kernelsOfMain) ?? kernelsOfMain);
  const context: ThreadContext = {
    thread: 0,
    memory,
    bench,
    units: unitWorkOf(0, { memory, bench, shards, updates }, kernels.layout),
    validation: validation && validationBenchOf(memory, 0, validation, watch.timed(run.validationKernels)),
    shards,
    updates,
    lane: spans?.lane,
  };
  const watchdog = new Watchdog({ beatOf: (worker) => beatOf(memory.control, worker), patience });
  const team = new Team({ run, context, pool, watchdog, watch, spans, fixed, onThreads: options.onThreads, gathering });
  const ordering = { epochs, batchesPerEpoch, shuffled, seed };
  const work: TrainingWork = {
    shape,
    ordering,
    kernels: kernels.name,
    place: arena.place,
    holdsFeatures,
    updates,
    profiling,
    spans: undefined,
    data,
    validation: validation && { data: validation, isHeld: holdsFeatures && validation.X === data.X },
  };
  const begin = (withWorkers: boolean): void => {
    const now = spans === undefined ? work : { ...work, spans: { ...spans.place, step: run.log.steps + 1 } };
    if (withWorkers) pool.fill();
    const areThere = withWorkers && pool.size > 0;
    team.begin(areThere);
    if (areThere) pool.start((remote, worker) => remote.train(now, worker));
    else pool.forget();
  };
  const retries = new RetryPolicy();
  /** The error that ends the run once its step is recorded. */
  let end: { readonly error: unknown } | undefined;
  /** Whether some weights may be one step ahead of the others. */
  let isTorn = false;
  /** Continues without the lost worker, or with a new one in its place. @returns false if no worker ever began */
  const recover = (lost: WorkerError, { epoch, batch }: StepRequest | ValidationRequest, beats: number): boolean => {
    if (lost instanceof StartError) {
      begin(true);
    } else {
      const retry = retries.note(lost, { epoch, step: batch + 1, beats });
      // No worker ever began: this is a fault of the setup, so the caller gets the error.
      if (!retry.isReplaced && !pool.hasBegun) return false;
      begin(retry.isReplaced);
      if (!retry.isReplaced || pool.has(lost.worker)) options.onRetry?.(retry);
    }
    pool.tellShortage();
    return true;
  };
  /** Computes a step or a validation, again after each lost worker. @returns false when the signal was aborted */
  const compute = async (request: StepRequest | ValidationRequest): Promise<boolean> => {
    for (;;) {
      if (end !== undefined) throw end.error;
      try {
        return await (request.kind === "validation" ? team.validate(request) : team.compute(request));
      } catch (error) {
        const lost = pool.failure;
        const isMains = lost === undefined || error !== lost;
        const beats = lost instanceof WorkerError ? beatOf(memory.control, lost.worker) : 0;
        spans?.lane.begin("report", run.log.steps + 1);
        // After any failure, the weights must be those of a complete step.
        release(memory.control);
        isTorn = team.isUpdating;
        await pool.settle(patience);
        for (let worker = 1; worker < threads; worker++) if (!pool.has(worker)) spans?.close(worker);
        const isDone = team.isUpdating;
        isTorn = isDone;
        if (isDone) await team.finishUpdate();
        spans?.lane.begin("report", run.log.steps + 1);
        isTorn = false;
        // A retry would fail the same way if the caller's input is wrong or main itself fails.
        const isFinal = isMains || lost instanceof InputError || !recover(lost, request, beats);
        if (isFinal) end = { error };
        if (isDone) return true;
      }
    }
  };

  const loop = trainingLoop(run);
  try {
    options.controls?.({ kill: (worker) => pool.kill(worker) });
    begin(true);
    pool.tellShortage();
    let next = loop.next();
    while (!next.done) {
      const request = next.value;
      if (request.kind === "wait") await request.promise;
      next = loop.next(request.kind === "wait" || (await compute(request)));
    }
    watch.stop();
    release(memory.control);
    // A run may end before its workers have begun. The caller must still learn whether they could begin.
    await pool.haveBegun(patience);
    pool.tellShortage();
    if (end !== undefined) throw (end as { readonly error: unknown }).error;
    if (profiling !== undefined || spans !== undefined) await pool.settle(patience);
    spans?.finish();
    options.onProfile?.(memory.times.map(profileOf));
    return next.value;
  } catch (error) {
    release(memory.control);
    await pool.close();
    if (!isTorn) keepLearnt(run, error);
    throw error;
  } finally {
    release(memory.control);
    await pool.close();
    run.release();
    spans?.finish();
  }
}

/** Puts the validation examples into shared memory. An X that is the training's X is not copied again. */
function sharedValidation(given: CheckedExamples, examples: CheckedExamples, training: TrainingData): TrainingData {
  const { X, labels, targets, scale } = given;
  const isSame =
    X.buffer === examples.X.buffer && X.byteOffset === examples.X.byteOffset && X.length === examples.X.length;
  return { X: isSame ? training.X : sharedFeatures(X), labels: shared(labels), targets: shared(targets), scale };
}
