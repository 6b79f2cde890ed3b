import { type Checkpoint, DamageError, decodeCheckpoint, encodeCheckpoint } from "@scratch-nn/cli";
import { createNetwork } from "@scratch-nn/core";
import { describe, expect, it } from "vitest";

const checkpoint: Checkpoint = {
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
const bytes = encodeCheckpoint(checkpoint);
/** Magic, checksum, length and JSON: all that comes before the parameters. */
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
});
