/** Trains on one thread: computes the shards of a batch in sequence, with the same bits as any number of threads. */
import { InputError } from "../checks/errors.ts";
import type { Examples } from "../examples/examples.ts";
import type { Network } from "../model/network.ts";
import { masksOf, stepNumber, updateRule } from "../optimisers/settings.ts";
import { clipDivisor } from "../reduction/clip.ts";
import { taskGradient, type Workbench } from "../reduction/gradient.ts";
import { firstOf } from "../reduction/partials.ts";
import { updateSlice } from "../reduction/slices.ts";
import { layOutSteps, orderOf } from "../reduction/step-memory.ts";
import { finish } from "../reduction/steps.ts";
import type { Lane } from "./lane.ts";
import { lossesAreFinite, type StepRequest, trainingLoop } from "./loop.ts";
import type { FitOptions, FitProgress, FitResult } from "./options.ts";
import { orderEpoch } from "./order.ts";
import { planTraining } from "./plan.ts";
import { keepLearnt, prepareRun, type TrainingRun, workbenchOf } from "./run.ts";
import { shapeOf } from "./shape.ts";
import { type ValidationBench, validateShard, validationBenchOf, validationShards } from "./validation.ts";

/**
 * Trains a network in place by gradient descent, as in the notes, or with another optimiser.
 * @returns when all epochs are done, or when `options.signal` is aborted (`onEpoch` may abort it)
 * @throws InputError when an option is out of range, the examples do not fit the network, another run already trains
 *   the network, or `onEpoch` returns a promise
 * @throws DivergenceError when the loss or a parameter stops being finite
 */
export function fit(network: Network, examples: Examples, options: FitOptions): FitResult {
  return finish(training(network, examples, options));
}

/**
 * {@link fit} as a generator that pauses after every few columns, so that the caller can do other work in between.
 * @param lane receives a record of what this thread is doing
 */
export function* training(
  network: Network,
  examples: Examples,
  options: FitOptions,
  lane?: Lane,
): Generator<FitProgress, FitResult> {
  const plan = planTraining(network, examples, options);
  const { kernels, examples: data } = plan;
  const shape = shapeOf(network, plan, { threads: 1, update: "main" });
  const layOut = (arena: Parameters<typeof layOutSteps>[2]) => layOutSteps(shape, kernels.layout, arena);
  const { validation } = plan;
  const run = prepareRun(network, plan, options, { shape, shared: false, data, validation, layOut });
  const loop = trainingLoop(run);
  const bench = workbenchOf(run.memory, 0, data, lane?.timed(run.kernels) ?? run.kernels);
  const looks = validation && validationBenchOf(run.memory, 0, validation, run.validationKernels);
  let drawn = 0;
  try {
    let next = loop.next();
    while (!next.done) {
      const request = next.value;
      if (request.kind === "wait") {
        // The rejection of this promise is ignored: the run fails in any case.
        request.promise.then(undefined, () => {});
        throw promised();
      }
      if (request.kind === "validation") {
        const isDone = yield* computeValidation(run, looks!, request.epoch, lane);
        lane?.begin("report", request.epoch * plan.batchesPerEpoch);
        next = loop.next(isDone);
        continue;
      }
      if (request.epoch !== drawn) orderEpoch(plan, request.epoch, orderOf(run.memory, request.epoch));
      drawn = request.epoch;
      const isDone = yield* computeStep(run, bench, request, lane);
      lane?.begin("report", stepNumber(plan, request));
      next = loop.next(isDone);
    }
    return next.value;
  } catch (error) {
    keepLearnt(run, error);
    throw error;
  } finally {
    run.release();
  }
}

/**
 * @yields the progress, after each tile
 * @returns false when the signal was aborted before the step was done
 */
function* computeStep(
  run: TrainingRun,
  bench: Workbench,
  request: StepRequest,
  lane: Lane | undefined,
): Generator<FitProgress, boolean> {
  const { memory, options, shape, plan } = run;
  const { kernels } = bench;
  const { epoch, from, to } = request;
  const { network, partials, totals, plans } = memory;
  const { tasks, slices } = plans[1];
  const batch = {
    order: orderOf(memory, epoch),
    from,
    to,
    shards: shape.shards,
    masks: masksOf(plan, request, shape.layers),
  };
  let examples = from;
  lane?.begin("task", stepNumber(plan, request), 0, shape.shards);
  for (const columns of taskGradient(tasks[0], batch, bench, partials.sums[0], false)) {
    examples += columns;
    options.onProgress?.({ epoch, examples });
    yield { epoch, examples };
    if (options.signal?.aborted) return false;
  }
  if (!lossesAreFinite(totals.losses)) return true;
  lane?.begin("update", stepNumber(plan, request), 0, 1);
  const { sum } = memory.threads[0];
  const { clipNorm } = plan;
  const divisor = clipNorm === undefined ? 1 : clipDivisor(clipNorm, to - from, memory, 1, kernels);
  const rule = updateRule(plan, request, divisor);
  const kept = memory.slots.map(({ parameters }) => parameters);
  updateSlice(slices[0], { network, slots: kept, partials: firstOf(partials, 1), rule, sum, kernels });
  return true;
}

/**
 * @yields after each tile
 * @returns false when the signal was aborted before the validation was done
 */
function* computeValidation(
  run: TrainingRun,
  bench: ValidationBench,
  epoch: number,
  lane: Lane | undefined,
): Generator<FitProgress, boolean> {
  const { options, plan } = run;
  for (let shard = 0; shard < validationShards(bench); shard++) {
    lane?.begin("validation", epoch * plan.batchesPerEpoch, shard, shard + 1);
    for (const _ of validateShard(bench, shard)) {
      yield { epoch, examples: plan.examples.columns.length };
      if (options.signal?.aborted) return false;
    }
  }
  return true;
}

function promised(): InputError {
  return new InputError({
    where: "options.onEpoch",
    expected: "a function that returns when it is done",
    found: "one that returns a promise",
    remedy: "use the fit of @scratch-nn/parallel, which waits for it, or do not make it async",
  });
}
