/** Encodes a run's model files: the returned network, and the network at the end of training where it differs. */
import { encodeModel, type Network } from "@scratch-nn/core";
import type { Dataset } from "@scratch-nn/data";
import { LAST_MODEL, type RunFiles } from "./run-folder.ts";

export const MODEL = "model.safetensors";

export interface Models {
  readonly dataset: Pick<Dataset, "classes" | "task" | "preprocessing" | "label">;
  /** The network that the run returns. */
  readonly network: Network;
  /** The network at the end of training. */
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
