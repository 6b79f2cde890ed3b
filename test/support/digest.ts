import { createHash } from "node:crypto";
import type { Network } from "@scratch-nn/core";
import { parameterBytes } from "@scratch-nn/core/engine";

/** The SHA-256 of any bytes, in hex. */
export function sha256(bytes: NodeJS.ArrayBufferView): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The digest that `train` prints. */
export function weightsSha256(network: Network): string {
  return sha256(parameterBytes(network));
}
