/** Writes a trained network as NumPy's npz: arrays W1, b1, W2, b2, ..., and `metadata`, JSON as bytes. */
import type { Model } from "@scratch-nn/core";
import { Field, parameterBytes } from "@scratch-nn/core/engine";
import { type Zippable, zipSync } from "fflate";
import { describeModel } from "../description.ts";
import { BYTES, npyBytes } from "./npy.ts";
import { METADATA } from "./read-npz.ts";

/** The earliest date of a zip file. With a fixed date, the same model gives the same bytes on any day. */
const DAY = new Date(1980, 0, 1);
/** fflate writes no Zip64. */
const MOST_BYTES = 2 ** 32 - 2 ** 20;

/** The names of W[l] and b[l]. @param member the number of an ensemble's member; undefined for a single network */
export function npzNames(l: number, member: number | undefined): { readonly W: string; readonly b: string } {
  const prefix = member === undefined ? "" : `M${member}.`;
  return { W: `${prefix}W${l}`, b: `${prefix}b${l}` };
}

/**
 * Writes a file that numpy.load reads. It holds W[l] [n[l], n[l-1]] and b[l] [n[l]] in f32, those of an ensemble as
 * M0.W1, M0.b1, ..., M1.W1, ..., and `metadata`, which json.loads(bytes(file["metadata"])) reads.
 * @returns the file's bytes; the same model gives the same bytes
 * @throws InputError if the weights have more than {@link MOST_BYTES}, just below 4 GiB
 */
export function toNpz(model: Model): Uint8Array {
  const files: Zippable = {};
  const add = (name: string, bytes: Uint8Array): void => {
    files[`${name}.npy`] = bytes;
  };
  const members = model.members?.map(({ network }) => network) ?? [model.network];
  let total = 0;
  for (const [k, { layers, W, b }] of members.entries()) {
    for (let l = 1; l < layers.length; l++) {
      const names = npzNames(l, model.members === undefined ? undefined : k);
      total += 4 * (W[l].length + b[l].length);
      if (total > MOST_BYTES) tooLarge(total);
      add(names.W, npyBytes("<f4", [layers[l], layers[l - 1]], parameterBytes({ parameters: W[l] })));
      add(names.b, npyBytes("<f4", [layers[l]], parameterBytes({ parameters: b[l] })));
    }
  }
  const said = Object.entries(describeModel(model)).map(([name, value]) => [name, value.json] as const);
  const metadata = new TextEncoder().encode(JSON.stringify(Object.fromEntries(said)));
  add(METADATA, npyBytes(BYTES, [metadata.length], metadata));
  return zipSync(files, { level: 0, mtime: DAY });
}

function tooLarge(bytes: number): never {
  const source = { where: "model", remedy: "write it as safetensors" };
  return new Field(source, bytes).fail(`weights of at most ${MOST_BYTES} bytes, for an npz`);
}
