/**
 * A checkpoint as a file: all that a run needs to go on as if it had never stopped.
 *
 *   32 bytes   MAGIC
 *   32 bytes   SHA-256 of all that follows
 *    4 bytes   length of the header, little-endian
 *              the header: JSON
 *              the parameters W1, b1, W2, b2, ... as little-endian f32
 */
import { createHash } from "node:crypto";
import { type Activation, type Network, networkOf, type TrainingPosition } from "@scratch-nn/core";
import { parameterBytes, parametersFrom } from "@scratch-nn/core/engine";
import type { RunConfig } from "../options/run-config.ts";

export interface Checkpoint {
  readonly config: RunConfig;
  /** Of the data, see fingerprint.ts. */
  readonly fingerprint: string;
  readonly position: TrainingPosition;
  readonly network: Network;
}

/** A file that is no checkpoint, or no longer the one that was written. */
export class DamageError extends Error {
  override readonly name = "DamageError";
}

const MAGIC = Buffer.from("scratch-nn checkpoint, format 1\n", "latin1");
const HASH_BYTES = 32;
const LENGTH_BYTES = 4;
const HEADER_AT = MAGIC.length + HASH_BYTES + LENGTH_BYTES;

interface Header {
  readonly config: RunConfig;
  readonly fingerprint: string;
  readonly position: TrainingPosition;
  readonly layers: readonly number[];
  readonly activation: Activation;
}

export function encodeCheckpoint({ config, fingerprint, position, network }: Checkpoint): Uint8Array {
  const { layers, activation } = network;
  const header: Header = { config, fingerprint, position, layers, activation };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  const content = Buffer.concat([length, json, parameterBytes(network)]);
  return Buffer.concat([MAGIC, sha256(content), content]);
}

/** @throws DamageError when a bit is not as it was written */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) throw new DamageError("it does not begin like a checkpoint");
  if (file.length < HEADER_AT) throw new DamageError(`it is cut short: ${file.length} bytes`);
  const content = file.subarray(MAGIC.length + HASH_BYTES);
  if (!file.subarray(MAGIC.length, MAGIC.length + HASH_BYTES).equals(sha256(content))) {
    throw new DamageError("its checksum does not match its content");
  }
  const end = HEADER_AT + content.readUInt32LE(0);
  const { config, fingerprint, position, layers, activation } = JSON.parse(
    file.toString("utf8", HEADER_AT, end),
  ) as Header;
  return { config, fingerprint, position, network: networkOf(layers, activation, parametersFrom(file.subarray(end))) };
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
