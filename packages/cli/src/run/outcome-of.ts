/** Collects the outcomes of a run that its config.json records. */
import { type Network, taskOf } from "@scratch-nn/core";
import type { Dataset } from "@scratch-nn/data";
import type { Outcome } from "../options/config-keys.ts";

/** @param dataSha256 see fingerprint.ts */
export function outcomeOf(
  dataset: Dataset,
  { layers }: Network,
  dataSha256: string,
): Readonly<Partial<Record<Outcome, unknown>>> {
  const task = taskOf(dataset);
  return {
    layers,
    ...(task.kind === "classes" ? { classes: task.classes } : { outputs: task.names }),
    dataSha256,
  };
}
