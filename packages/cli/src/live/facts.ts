/** Collects the facts about a run that the page receives once. */
import type { RunFacts } from "@scratch-nn/server";
import { activeThreads } from "../options/active-threads.ts";
import type { WatchedRun } from "../run/watcher.ts";

export function factsOf({ folder, options, dataset, network, plan }: WatchedRun): RunFacts {
  const { layers, activation } = network;
  const picture = pictureOf(dataset.preprocessing);
  return {
    folder: folder.path,
    data: dataset.name,
    layers,
    activation,
    optimizer: plan.optimizer.name,
    epochs: plan.epochs,
    examples: plan.examples.columns.length,
    batchSize: plan.batchSize,
    shards: plan.shards,
    threads: Math.max(1, activeThreads(options, network, plan).count),
    classes: dataset.classes,
    ...(picture && { picture }),
  };
}

/** Width and height of an example that consists of one picture only; assumes that it is square. */
export function pictureOf({
  encoders,
}: {
  readonly encoders: readonly { readonly kind: string; readonly count?: number }[];
}): readonly [number, number] | undefined {
  const [first, another] = encoders;
  const side = Math.sqrt(first?.count ?? 0);
  const isPicture = first?.kind === "pixels" && another === undefined && side > 1 && Number.isInteger(side);
  return isPicture ? [side, side] : undefined;
}
