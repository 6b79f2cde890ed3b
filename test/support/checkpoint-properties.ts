/** Checkpoints whose content is hostile though their checksum fits. */
import { createHash } from "node:crypto";
import { type Checkpoint, DamageError, decodeCheckpoint, encodeCheckpoint } from "@scratch-nn/cli";
import { createNetwork } from "@scratch-nn/core";
import fc from "fast-check";
import { expect } from "vitest";

export const CHECKPOINT: Checkpoint = {
  config: {
    data: "digits",
    scale: "auto",
    hidden: [9],
    activation: "tanh",
    init: "he",
    batchSize: 10,
    lr: 0.1,
    seed: 1,
    shards: 8,
    epochs: 5,
  },
  fingerprint: "0123",
  position: {
    epoch: 2,
    batch: 3,
    steps: 13,
    loss: 0.1 + 0.2,
    correct: 7,
    reports: [{ epoch: 1, loss: Math.fround(1 / 3) / 7, accuracy: 0.25 }],
  },
  network: createNetwork({ layers: [60, 9, 4], activation: "tanh" }),
};

const MAGIC_BYTES = 32;
const HASH_BYTES = 32;

/** The same file with another first line or header, its checksum made right. */
export function forged(header: string, magic = "scratch-nn checkpoint, format 2\n"): Uint8Array {
  const bytes = Buffer.from(encodeCheckpoint(CHECKPOINT));
  const at = MAGIC_BYTES + HASH_BYTES;
  const parameters = bytes.subarray(at + 4 + bytes.readUInt32LE(at));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(header));
  const content = Buffer.concat([length, Buffer.from(header), parameters]);
  const hash = createHash("sha256").update(magic).update(content).digest();
  return Buffer.concat([Buffer.from(magic), hash, content]);
}

/** The header of {@link CHECKPOINT}. */
export function headerOf(): Record<string, unknown> {
  const bytes = Buffer.from(encodeCheckpoint(CHECKPOINT));
  const at = MAGIC_BYTES + HASH_BYTES;
  return JSON.parse(bytes.toString("utf8", at + 4, at + 4 + bytes.readUInt32LE(at)));
}

/** Replaces, or adds, a value somewhere in some JSON. */
function changed(json: unknown, [turn, ...turns]: readonly number[], value: unknown): unknown {
  if (turn === undefined || typeof json !== "object" || json === null) return value;
  const entries = Object.entries(json);
  const i = turn % (entries.length + 1);
  const copy: Record<string, unknown> = { ...json };
  const [name, before] = entries[i] ?? ["constructor", undefined];
  copy[name] = changed(before, turns, value);
  return Array.isArray(json) ? Object.values(copy) : copy;
}

/** Whatever stands in the header, it is either refused as damaged, or means what it says. */
export function checkpointsAreReadOrRefused(runs: number, seed?: number): void {
  const property = fc.property(
    fc.array(fc.nat(30), { maxLength: 4 }),
    fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1.5, 2 ** 40, 1.7e308, "", "9", null, [], {}, "full", "__proto__")),
    (turns, value) => {
      const header = JSON.stringify(changed(headerOf(), turns, value));
      let read: Checkpoint;
      try {
        read = decodeCheckpoint(forged(header));
      } catch (error) {
        expect(error).toBeInstanceOf(DamageError);
        return;
      }
      expect(read.network.layers).toEqual([60, ...read.config.hidden, 4]);
      expect(Number.isSafeInteger(read.position.steps)).toBe(true);
      expect(decodeCheckpoint(encodeCheckpoint(read))).toEqual(read);
    },
  );
  fc.assert(property, { numRuns: runs, ...(seed === undefined ? {} : { seed }) });
}
