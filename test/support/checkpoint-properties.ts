/** Properties of checkpoints and configs, for fast-check: hostile content, also with a valid checksum, does no harm. */
import { createHash } from "node:crypto";
import {
  type Checkpoint,
  DamageError,
  decodeCheckpoint,
  decodeConfig,
  encodeCheckpoint,
  FormatError,
  type KeptConfig,
} from "@scratch-nn/cli";
import { createNetwork, InputError } from "@scratch-nn/core";
import fc from "fast-check";
import { expect } from "vitest";
import { changeSomewhere, EDITS, editedBytes, editedText, type FileProperty, ODD_VALUES, STEPS } from "./edits.ts";

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

const LAYERS = [60, 9, 4];
const count = CHECKPOINT.network.parameters.length;

/** The checkpoint of a run with Adam. */
export const ADAM_CHECKPOINT: Checkpoint = {
  ...CHECKPOINT,
  config: { ...CHECKPOINT.config, lr: 0.001, optimizer: "adam", beta1: 0.8, beta2: 0.99, epsilon: 1e-7 },
  position: {
    ...CHECKPOINT.position,
    optimizer: {
      settings: { name: "adam", beta1: 0.8, beta2: 0.99, epsilon: 1e-7 },
      slots: [1, 2].map((k) => Float32Array.from({ length: count }, (_, i) => (k + i) / 7)),
    },
  },
  network: createNetwork({ layers: LAYERS, activation: "tanh", seed: 3 }),
};

/** The checkpoint of a run with Adam that keeps its best epoch. */
export const BEST_CHECKPOINT: Checkpoint = {
  ...ADAM_CHECKPOINT,
  config: {
    ...ADAM_CHECKPOINT.config,
    validationFraction: 0.25,
    patience: 3,
    keep: "best",
    bestBy: "score",
    schedule: "plateau",
  },
  position: {
    ...ADAM_CHECKPOINT.position,
    reports: [{ ...CHECKPOINT.position.reports[0], validation: { loss: 0.1 * 3, accuracy: 0.75 } }],
    kept: Float32Array.from({ length: count }, (_, i) => (2 - i) / 7),
  },
};

/** The checkpoint of a run by gradient descent that ends with an average; the averaging has not begun. */
export const AVERAGE_CHECKPOINT: Checkpoint = {
  ...CHECKPOINT,
  config: { ...CHECKPOINT.config, averageFrom: 0.5, schedule: "one-cycle" },
};

const MAGIC_BYTES = 32;
const HASH_BYTES = 32;
const HEADER_AT = MAGIC_BYTES + HASH_BYTES + 4;

/** The same file with another first line or header, and a valid checksum. */
export function forged(
  header: string,
  magic = "scratch-nn checkpoint, format 2\n",
  checkpoint = CHECKPOINT,
): Uint8Array {
  const bytes = Buffer.from(encodeCheckpoint(checkpoint));
  const at = MAGIC_BYTES + HASH_BYTES;
  const parameters = bytes.subarray(at + 4 + bytes.readUInt32LE(at));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(header));
  const content = Buffer.concat([length, Buffer.from(header), parameters]);
  const hash = createHash("sha256").update(magic).update(content).digest();
  return Buffer.concat([Buffer.from(magic), hash, content]);
}

/** The header of an encoded checkpoint. */
export function headerOf(checkpoint = CHECKPOINT): Record<string, unknown> {
  const bytes = Buffer.from(encodeCheckpoint(checkpoint));
  const at = MAGIC_BYTES + HASH_BYTES;
  return JSON.parse(bytes.toString("utf8", at + 4, at + 4 + bytes.readUInt32LE(at)));
}

/** Expects an error about damage or another version, or a checkpoint that equals what its header and bytes say. */
function expectRefusedOr(bytes: Uint8Array): void {
  let read: Checkpoint;
  try {
    read = decodeCheckpoint(bytes);
  } catch (error) {
    expect(error instanceof DamageError || error instanceof FormatError, String(error)).toBe(true);
    expect((error as Error).message.length).toBeLessThan(600);
    return;
  }
  const file = Buffer.from(bytes);
  const end = HEADER_AT + file.readUInt32LE(HEADER_AT - 4);
  const header = JSON.parse(file.toString("utf8", HEADER_AT, end));
  const { optimizer, kept, ...position } = read.position;
  expect(header).toMatchObject(JSON.parse(JSON.stringify({ ...read, position, network: undefined })));
  expect(header.slots).toBe(optimizer?.slots.length);
  expect(optimizer?.settings.name).toBe(read.config.optimizer);
  const slots = optimizer?.slots ?? [];
  expect(header.kept ?? 0).toBe(kept === undefined ? 0 : 1);
  expect(header.layers).toEqual(read.network.layers);
  expect(header.activation).toBe(read.network.activation);
  expect(read.network.layers.slice(1, -1)).toEqual(read.config.hidden);
  expect(Number.isSafeInteger(read.position.steps)).toBe(true);
  const arrays = [read.network.parameters, ...slots, ...(kept === undefined ? [] : [kept])];
  const numbers = arrays.flatMap((each) => Array.from(each));
  expect(file.length - end).toBe(4 * numbers.length);
  numbers.forEach((value, i) => {
    if (file.readFloatLE(end + 4 * i) !== value) throw new Error(`number ${i} is ${value}`);
  });
  expect(decodeCheckpoint(encodeCheckpoint(read))).toEqual(read);
}

/** Any bytes after the first line, with a valid checksum. */
export function withChecksum(content: Uint8Array, format = 2): Uint8Array {
  const magic = Buffer.from(`scratch-nn checkpoint, format ${format}\n`);
  return Buffer.concat([magic, createHash("sha256").update(magic).update(content).digest(), content]);
}

/** Smaller than {@link CHECKPOINT}, so that most changes hit the header. */
const SMALL = encodeCheckpoint({
  ...CHECKPOINT,
  config: { ...CHECKPOINT.config, hidden: [2] },
  network: createNetwork({ layers: [3, 2, 2], activation: "tanh" }),
});

const smallNetwork = createNetwork({ layers: [3, 2, 2], activation: "tanh" });
const SMALL_ADAM = encodeCheckpoint({
  ...ADAM_CHECKPOINT,
  config: { ...ADAM_CHECKPOINT.config, hidden: [2] },
  position: {
    ...ADAM_CHECKPOINT.position,
    optimizer: {
      ...ADAM_CHECKPOINT.position.optimizer!,
      slots: [smallNetwork.parameters, smallNetwork.parameters.map(Math.abs)],
    },
  },
  network: smallNetwork,
});
const SMALL_BEST = encodeCheckpoint({
  ...BEST_CHECKPOINT,
  config: { ...BEST_CHECKPOINT.config, hidden: [2] },
  position: {
    ...BEST_CHECKPOINT.position,
    optimizer: {
      ...BEST_CHECKPOINT.position.optimizer!,
      slots: [smallNetwork.parameters, smallNetwork.parameters.map(Math.abs)],
    },
    kept: smallNetwork.parameters,
  },
  network: smallNetwork,
});
const FORMAT_3 = "scratch-nn checkpoint, format 3\n";
export const FORMAT_4 = "scratch-nn checkpoint, format 4\n";

export const CHECKPOINT_PROPERTIES: readonly FileProperty[] = [
  {
    name: "a checkpoint with bytes changed is refused, or means what it says",
    property: () => fc.property(EDITS, (edits) => expectRefusedOr(editedBytes(SMALL, edits))),
  },
  {
    name: "a checkpoint with bytes changed and its checksum made right is refused, or means what it says",
    property: () =>
      fc.property(EDITS, (edits) => expectRefusedOr(withChecksum(editedBytes(SMALL.subarray(HEADER_AT - 4), edits)))),
  },
  {
    name: "a checkpoint with text of its header changed and its checksum made right is refused, or means what it says",
    property: () =>
      fc.property(EDITS, fc.boolean(), (edits, byToken) =>
        expectRefusedOr(forged(editedText(JSON.stringify(headerOf()), edits, byToken))),
      ),
  },
  {
    name: "a checkpoint with anything in its header and its checksum made right is refused, or means what it says",
    property: () =>
      fc.property(STEPS, ODD_VALUES, fc.boolean(), (steps, value, removes) => {
        const header = headerOf();
        changeSomewhere(header, steps, value, removes);
        expectRefusedOr(forged(JSON.stringify(header)));
      }),
  },
  {
    name: "a checkpoint of Adam with bytes changed and its checksum made right is refused, or means what it says",
    property: () =>
      fc.property(EDITS, fc.boolean(), (edits, isOfTwo) => {
        const content = editedBytes(SMALL_ADAM.subarray(HEADER_AT - 4), edits);
        expectRefusedOr(withChecksum(content, isOfTwo ? 2 : 3));
      }),
  },
  {
    name: "a checkpoint of Adam with anything in its header and its checksum made right is refused, or means what it says",
    property: () =>
      fc.property(STEPS, ODD_VALUES, fc.boolean(), (steps, value, removes) => {
        const header = headerOf(ADAM_CHECKPOINT);
        changeSomewhere(header, steps, value, removes);
        expectRefusedOr(forged(JSON.stringify(header), FORMAT_3, ADAM_CHECKPOINT));
      }),
  },
  {
    name: "a checkpoint with the best epoch's parameters, its bytes changed and its checksum made right, is refused, or means what it says",
    property: () =>
      fc.property(EDITS, fc.constantFrom(2, 3, 4), (edits, format) => {
        expectRefusedOr(withChecksum(editedBytes(SMALL_BEST.subarray(HEADER_AT - 4), edits), format));
      }),
  },
  {
    name: "a checkpoint of a run that validates or averages with anything in its header is refused, or means what it says",
    property: () =>
      fc.property(STEPS, ODD_VALUES, fc.boolean(), fc.boolean(), (steps, value, removes, isBest) => {
        const checkpoint = isBest ? BEST_CHECKPOINT : AVERAGE_CHECKPOINT;
        const header = headerOf(checkpoint);
        changeSomewhere(header, steps, value, removes);
        expectRefusedOr(forged(JSON.stringify(header), FORMAT_4, checkpoint));
      }),
  },
];

/** A config with all that a run's folder has, which is more than {@link CHECKPOINT} has. */
const CONFIG = {
  ...CHECKPOINT.config,
  testFraction: 0.2,
  label: "group",
  delimiter: ";",
  encoding: "latin1",
  header: true,
  drop: ["id"],
  categorical: ["town"],
  numeric: [],
  optimizer: "adamw",
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  schedule: "cos-log",
  warmup: 3,
  validationFraction: 0.1,
  patience: 20,
  keep: "best",
  bestBy: "loss",
  workers: 2,
  kernels: "auto",
  layers: [60, 9, 4],
  classes: ["a", "b"],
  dataSha256: "0123",
};

/** Expects an InputError, or the values that the text contains. */
function expectConfigRefusedOr(text: string): void {
  let read: KeptConfig;
  try {
    read = decodeConfig(Buffer.from(text), "config.json");
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^--resume: config\.json.*: expected .*, found .*; mend it, or start a new run/);
    expect(error.message.length).toBeLessThan(600);
    return;
  }
  expect(JSON.parse(Buffer.from(text).toString())).toMatchObject(read);
  // A path of a file system cannot contain it.
  expect(read.data).not.toContain("\0");
  expect(decodeConfig(Buffer.from(JSON.stringify(read)), "config.json")).toEqual(read);
}

export const CONFIG_PROPERTIES: readonly FileProperty[] = [
  {
    name: "a config whose text is changed is refused, or is what stands there",
    property: () =>
      fc.property(EDITS, fc.boolean(), (edits, byToken) =>
        expectConfigRefusedOr(editedText(JSON.stringify(CONFIG, null, 2), edits, byToken)),
      ),
  },
  {
    name: "a config with anything in it is refused, or is what stands there",
    property: () =>
      fc.property(STEPS, ODD_VALUES, fc.boolean(), (steps, value, removes) => {
        const config = structuredClone(CONFIG);
        changeSomewhere(config, steps, value, removes);
        expectConfigRefusedOr(JSON.stringify(config));
      }),
  },
];
