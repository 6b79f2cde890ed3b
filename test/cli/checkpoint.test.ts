import { createHash } from "node:crypto";
import { DamageError, decodeCheckpoint, encodeCheckpoint, FormatError } from "@scratch-nn/cli";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ADAM_CHECKPOINT,
  AVERAGE_CHECKPOINT,
  BEST_CHECKPOINT,
  CHECKPOINT,
  CHECKPOINT_PROPERTIES,
  CONFIG_PROPERTIES,
  FORMAT_4,
  forged,
  headerOf,
  withChecksum,
} from "../support/checkpoint-properties.ts";

const checkpoint = CHECKPOINT;
/** A Uint8Array, since a slice of a Buffer is not a copy. */
const bytes = Uint8Array.from(encodeCheckpoint(checkpoint));
/** The size of all that precedes the parameters: magic bytes, checksum, length and JSON. */
const header = bytes.length - 4 * checkpoint.network.parameters.length;

describe("a checkpoint", () => {
  it("comes back as it was, to the last bit", () => {
    const { network, ...rest } = decodeCheckpoint(bytes);
    expect({ ...rest, network: undefined }).toEqual({ ...checkpoint, network: undefined });
    expect(network.layers).toEqual(checkpoint.network.layers);
    expect(network.activation).toBe("tanh");
    expect(network.parameters).toEqual(checkpoint.network.parameters);
  });

  it("with any byte of its header, or every seventh of its parameters, changed is damaged", () => {
    let flips = 0;
    for (let at = 0; at < bytes.length; at += at < header ? 1 : 7) {
      for (const bit of at < header ? [0, 3, 7] : [at % 8]) {
        const damaged = bytes.slice();
        damaged[at] ^= 1 << bit;
        expect(() => decodeCheckpoint(damaged), `byte ${at}, bit ${bit}`).toThrow(DamageError);
        flips++;
      }
    }
    expect(flips).toBeGreaterThan(1000);
  });

  it("cut short, or with something behind it, is damaged", () => {
    for (let length = 0; length < bytes.length; length += length < header ? 1 : 97) {
      expect(() => decodeCheckpoint(bytes.slice(0, length)), `${length} bytes`).toThrow(DamageError);
    }
    expect(() => decodeCheckpoint(Uint8Array.of(...bytes, 0))).toThrow(DamageError);
  });

  it("of another format is told from a damaged one", () => {
    const later = forged(JSON.stringify({ whatever: "it will be" }), "scratch-nn checkpoint, format 31\n");
    expect(() => decodeCheckpoint(later)).toThrow(new FormatError(31).message);
    expect(() => decodeCheckpoint(later)).toThrow(FormatError);
    later[later.length - 1] ^= 1;
    expect(() => decodeCheckpoint(later)).toThrow(DamageError);
  });

  it.each([
    ["config.hidden", { config: { ...CHECKPOINT.config, hidden: [] } }],
    ["config.data", { config: { ...CHECKPOINT.config, data: "a\0b" } }],
    ["config.lr", { config: { ...CHECKPOINT.config, lr: -1 } }],
    ["config.shards", { config: { ...CHECKPOINT.config, shards: 2 ** 40 } }],
    ["position.steps", { position: { ...CHECKPOINT.position, steps: -1 } }],
    ["position.reports", { position: { ...CHECKPOINT.position, reports: [] } }],
    ["layers", { layers: [60, 8, 4] }],
    ["activation", { activation: "relu" }],
    ["fingerprint", { fingerprint: 3 }],
  ])("whose %s is none of a run's is damaged, whatever its checksum says", (field, change) => {
    expect(() => decodeCheckpoint(forged(JSON.stringify({ ...headerOf(), ...change })))).toThrow(
      new RegExp(`^its header, ${field.replace(".", "\\.")}.*: expected .*, found `),
    );
  });
});

describe("a checkpoint of a run by another optimiser", () => {
  const file = Uint8Array.from(encodeCheckpoint(ADAM_CHECKPOINT));
  const content = file.slice(64);

  it("holds what the optimiser keeps, to the last bit, and says so in its first line and its header", () => {
    expect(Buffer.from(file).toString("latin1", 0, 32)).toBe("scratch-nn checkpoint, format 3\n");
    expect(headerOf(ADAM_CHECKPOINT)).toMatchObject({ slots: 2, config: { optimizer: "adam", beta1: 0.8 } });
    const { network, ...rest } = decodeCheckpoint(file);
    expect({ ...rest, network: undefined }).toEqual({ ...ADAM_CHECKPOINT, network: undefined });
    expect(network.parameters).toEqual(ADAM_CHECKPOINT.network.parameters);
  });

  it("leaves those of gradient descent as they were: format 2, the parameters and nothing behind them", () => {
    expect(Buffer.from(bytes).toString("latin1", 0, 32)).toBe("scratch-nn checkpoint, format 2\n");
    expect(Object.keys(headerOf())).toEqual(["config", "fingerprint", "position", "layers", "activation"]);
    expect(Object.keys(headerOf()["position"] as object)).not.toContain("optimizer");
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      "48690d2c9dacec567cc1d1a44f831b36ad7e60774137da3f6417c0f61b590385",
    );
  });

  it("cut short, of another format, or with numbers too many or too few is damaged", () => {
    for (const part of [
      content.slice(0, -4),
      content.slice(0, -1),
      content.slice(0, -4 * 589),
      Uint8Array.of(...content, 0, 0, 0, 0),
    ]) {
      expect(() => decodeCheckpoint(withChecksum(part, 3))).toThrow(/^its header: expected (3 times 589|parameters)/);
    }
    expect(() => decodeCheckpoint(withChecksum(content, 2))).toThrow(
      /optimizer: expected one of format 2, found "adam"/,
    );
    expect(() => decodeCheckpoint(withChecksum(bytes.slice(64), 3))).toThrow(
      /optimizer: expected one of format 3, found undefined/,
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])("with %d among what the optimiser keeps is damaged", (wild) => {
    for (const [back, place] of [
      [1, "slot 1, number 588"],
      [589, "slot 1, number 0"],
      [590, "slot 0, number 588"],
    ] as const) {
      const changed = Buffer.from(content);
      changed.writeFloatLE(wild, changed.length - 4 * back);
      expect(() => decodeCheckpoint(withChecksum(changed, 3))).toThrow(
        `its header, ${place}: expected a finite number`,
      );
    }
  });

  it("whose squares are below zero is damaged", () => {
    const changed = Buffer.from(encodeCheckpoint(ADAM_CHECKPOINT)).subarray(64);
    changed.writeFloatLE(-1, changed.length - 4);
    expect(() => decodeCheckpoint(withChecksum(changed, 3))).toThrow(
      "its header, slot 1, number 588: expected a mean of squares, from 0, found -1",
    );
  });

  it.each([
    ["slots", { slots: 1 }],
    ["slots", { slots: undefined }],
    ["config.beta1", { config: { ...ADAM_CHECKPOINT.config, beta1: 1 } }],
    ["config.beta2", { config: { ...ADAM_CHECKPOINT.config, beta2: undefined } }],
    ["config.epsilon", { config: { ...ADAM_CHECKPOINT.config, epsilon: "1e-8" } }],
    ["config.weightDecay", { config: { ...ADAM_CHECKPOINT.config, weightDecay: 0.1 } }],
    ["config.optimizer", { config: { ...ADAM_CHECKPOINT.config, optimizer: "lamb" } }],
    ["config.momentum", { config: { ...ADAM_CHECKPOINT.config, momentum: 0.9 } }],
  ])("whose %s is none of its optimiser's is damaged", (field, change) => {
    const header = JSON.stringify({ ...headerOf(ADAM_CHECKPOINT), ...change });
    const odd = forged(header, "scratch-nn checkpoint, format 3\n", ADAM_CHECKPOINT);
    expect(() => decodeCheckpoint(odd)).toThrow(
      new RegExp(`^its header, ${field.replace(".", "\\.")}: expected .*, found `),
    );
  });
});

describe("a checkpoint of a run that a version before would go on with otherwise", () => {
  it.each([
    { dropout: 0.2 },
    { clipNorm: 1 },
    { zeroOutput: true },
    { labelSmoothing: 0.1 },
    { classWeights: "balanced" },
  ])("%o, is of format 4", (flags) => {
    const config = { ...CHECKPOINT.config, ...flags } as typeof CHECKPOINT.config;
    const file = encodeCheckpoint({ ...CHECKPOINT, config });
    expect(Buffer.from(file).toString("latin1", 0, 32)).toBe(FORMAT_4);
    expect(decodeCheckpoint(file).config).toEqual(config);
    const content = Uint8Array.from(file).slice(64);
    expect(() => decodeCheckpoint(withChecksum(content, 2))).toThrow(/config: expected one of format 2/);
  });
});

describe("a checkpoint of a run that validates, or ends with a mean", () => {
  it.each([
    ["the best epoch's parameters behind the slots", BEST_CHECKPOINT, 1],
    ["nothing besides where the mean has not begun", AVERAGE_CHECKPOINT, 0],
  ])("is of format 4, with %s, and comes back to the last bit", (_, checkpoint, kept) => {
    const file = encodeCheckpoint(checkpoint);
    expect(Buffer.from(file).toString("latin1", 0, 32)).toBe(FORMAT_4);
    expect(headerOf(checkpoint)).toMatchObject({ kept });
    const { network, ...rest } = decodeCheckpoint(file);
    expect({ ...rest, network: undefined }).toEqual({ ...checkpoint, network: undefined });
    expect(network.parameters).toEqual(checkpoint.network.parameters);
  });

  it("holds the parameters that the training goes on from, where the network has others", () => {
    const parameters = BEST_CHECKPOINT.network.parameters.map((x) => x + 1);
    const position = { ...BEST_CHECKPOINT.position, parameters };
    const read = decodeCheckpoint(encodeCheckpoint({ ...BEST_CHECKPOINT, position }));
    expect(read.network.parameters).toEqual(parameters);
    expect(read.position).toEqual(BEST_CHECKPOINT.position);
  });

  const { config, position } = BEST_CHECKPOINT;
  it.each([
    ["kept", { kept: 0 }],
    ["kept", { kept: 2 }],
    ["kept", { kept: undefined }],
    ["config.validationFraction", { config: { ...config, validationFraction: 1 } }],
    ["config.patience", { config: { ...config, patience: 0 } }],
    ["config.keep", { config: { ...config, keep: "first" } }],
    ["config.keep", { config: { ...config, keep: undefined } }],
    ["config.bestBy", { config: { ...config, bestBy: undefined } }],
    ["config.averageFrom", { config: { ...config, averageFrom: 1 } }],
    ["config.patience", { config: { ...config, averageFrom: 0.5 } }],
    ["config.keep", { config: { ...config, patience: undefined, averageFrom: 0.5 } }],
    ["config.keep", { config: { ...config, validationFraction: undefined, patience: undefined, bestBy: undefined } }],
    ["config.warmup", { config: { ...config, schedule: "one-cycle", warmup: 3 } }],
    ["position.reports[0].validation", { position: { ...position, reports: CHECKPOINT.position.reports } }],
  ])("whose %s is none of its run's is damaged", (field, change) => {
    const odd = forged(JSON.stringify({ ...headerOf(BEST_CHECKPOINT), ...change }), FORMAT_4, BEST_CHECKPOINT);
    expect(() => decodeCheckpoint(odd)).toThrow(`its header, ${field}: expected `);
  });

  it("with numbers too many, too few or not finite, or of another format, is damaged", () => {
    const content = Uint8Array.from(encodeCheckpoint(BEST_CHECKPOINT)).slice(64);
    expect(() => decodeCheckpoint(withChecksum(content.slice(0, -4), 4))).toThrow(/expected 4 times 589 numbers/);
    expect(() => decodeCheckpoint(withChecksum(content, 3))).toThrow(/config: expected one of format 3/);
    const adam = Uint8Array.from(encodeCheckpoint(ADAM_CHECKPOINT)).slice(64);
    expect(() => decodeCheckpoint(withChecksum(adam, 4))).toThrow(/config: expected one of format 4/);
    const wild = Buffer.from(content);
    wild.writeFloatLE(Number.NaN, wild.length - 4);
    expect(() => decodeCheckpoint(withChecksum(wild, 4))).toThrow(/kept parameter 588: expected a finite number/);
  });
});

it.each([...CHECKPOINT_PROPERTIES, ...CONFIG_PROPERTIES])("$name, some hundred times", ({ property }) => {
  fc.assert(property(), { numRuns: 500 });
});
