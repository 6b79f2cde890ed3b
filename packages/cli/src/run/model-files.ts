/** A run's models as files: the one that it gives, and the one that the training ended with where that is another. */
import { encodeModel, type Network } from "@scratch-nn/core";
import type { Dataset } from "@scratch-nn/data";
import { LAST_MODEL, type RunFiles } from "./run-folder.ts";

export const MODEL = "model.safetensors";

export interface Models {
  readonly dataset: Pick<Dataset, "classes" | "task" | "preprocessing" | "label">;
  /** What the run gives. */
  readonly network: Network;
  /** As the training left it. */
  readonly last: Network;
}

export function modelFiles({ dataset, network, last }: Models): RunFiles {
  const { classes, task, preprocessing, label } = dataset;
  const encode = (of: Network): Uint8Array => encodeModel({ network: of, classes, task, preprocessing, label });
  return { [MODEL]: encode(network), [LAST_MODEL]: sameBits(network, last) ? undefined : encode(last) };
}

function sameBits({ parameters: one }: Network, { parameters: other }: Network): boolean {
  if (one.buffer === other.buffer && one.byteOffset === other.byteOffset) return true;
  const [a, b] = [one, other].map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
  return a.equals(b);
}
