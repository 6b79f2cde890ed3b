import { DamageError, decodeCheckpoint, encodeCheckpoint, FormatError } from "@scratch-nn/cli";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CHECKPOINT,
  CHECKPOINT_PROPERTIES,
  CONFIG_PROPERTIES,
  forged,
  headerOf,
} from "../support/checkpoint-properties.ts";

const checkpoint = CHECKPOINT;
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

it.each([...CHECKPOINT_PROPERTIES, ...CONFIG_PROPERTIES])("$name, some hundred times", ({ property }) => {
  fc.assert(property(), { numRuns: 500 });
});
