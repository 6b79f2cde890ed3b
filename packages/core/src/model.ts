/**
 * Trained models as safetensors files: tensors W1, b1, W2, b2, ... in f32, with what a reader
 * needs to use them as string metadata.
 *
 * Format: an unsigned 64-bit little-endian length, a JSON header of that length that gives each
 * tensor's dtype, shape and byte range, then the data without holes.
 */
import { InputError } from "./errors.ts";
import { ACTIVATIONS, type Activation, type Network, networkOf, parameterCount } from "./network.ts";

/** How raw features become the network's inputs. */
export type InputScaling =
  /** x * factor: 1/255 for pixels. */
  | { readonly kind: "factor"; readonly factor: number }
  /** (x - mean) / deviation per feature, [inputs] each. */
  | { readonly kind: "standard"; readonly mean: readonly number[]; readonly deviation: readonly number[] };

export interface Model {
  readonly network: Network;
  /** The names of the classes, in the order of the network's outputs. */
  readonly classes: readonly string[];
  readonly scaling: InputScaling;
}

// The two text coders are in Node, browsers and workers alike, but not in the language's own library types.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };

const LENGTH_BYTES = 8;
const MOST_HEADER = 100_000_000;

/** Parameters in the order W1, b1, W2, b2, ... as little-endian f32, whatever the machine. */
export function parameterBytes(network: Network): Uint8Array {
  const bytes = new Uint8Array(network.parameters.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of network.parameters.entries()) view.setFloat32(i * 4, value, true);
  return bytes;
}

/** The inverse of {@link parameterBytes}. @param bytes four for each parameter */
export function parametersFrom(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

/** @returns the bytes of a safetensors file */
export function encodeModel(model: Model): Uint8Array {
  const { network } = model;
  const header: Record<string, unknown> = {
    __metadata__: {
      format: "scratch-nn 1",
      layers: JSON.stringify(network.layers),
      activation: network.activation,
      classes: JSON.stringify(model.classes),
      scaling: JSON.stringify(model.scaling),
    },
  };
  let offset = 0;
  const place = (name: string, shape: readonly number[]): void => {
    const end = offset + 4 * shape.reduce((a, b) => a * b, 1);
    header[name] = { dtype: "F32", shape, data_offsets: [offset, end] };
    offset = end;
  };
  for (let l = 1; l < network.layers.length; l++) {
    place(`W${l}`, [network.layers[l], network.layers[l - 1]]);
    place(`b${l}`, [network.layers[l]]);
  }
  const unpadded = new TextEncoder().encode(JSON.stringify(header));
  // Spaces at the end of the header align the data to 8 bytes, as the format advises.
  const length = Math.ceil(unpadded.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + length + offset).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(unpadded, LENGTH_BYTES);
  file.set(parameterBytes(network), LENGTH_BYTES + length);
  return file;
}

/**
 * Reads what {@link encodeModel} wrote.
 * @param where the name of the file, for errors
 * @throws InputError when the bytes are no such file, or are cut short
 */
export function decodeModel(bytes: Uint8Array, where = "model"): Model {
  const fail = (expected: string, found: string): never => {
    throw new InputError({ where, expected, found, remedy: "pass a model.safetensors that this program wrote" });
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < LENGTH_BYTES) fail("a safetensors file", `${bytes.length} bytes`);
  const headerLength = Number(view.getBigUint64(0, true));
  const dataStart = LENGTH_BYTES + headerLength;
  if (headerLength > MOST_HEADER || dataStart > bytes.length) {
    fail("a safetensors header within the file", `a header of ${headerLength} bytes in a file of ${bytes.length}`);
  }
  let metadata: Record<string, string>;
  let layers: number[];
  let classes: string[];
  let scaling: InputScaling;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, dataStart));
    metadata = JSON.parse(text).__metadata__;
    layers = JSON.parse(metadata["layers"]);
    classes = JSON.parse(metadata["classes"]);
    scaling = JSON.parse(metadata["scaling"]);
  } catch (cause) {
    throw new InputError(
      {
        where,
        expected: "a JSON header with scratch-nn metadata",
        found: String(cause),
        remedy: "pass a model.safetensors that this program wrote",
      },
      { cause },
    );
  }
  const count = parameterCount(layers);
  if (bytes.length !== dataStart + 4 * count) {
    fail(`${dataStart + 4 * count} bytes for layers ${layers.join("-")}`, `${bytes.length}`);
  }
  const activation = ACTIVATIONS.find((name) => name === metadata["activation"]);
  return {
    network: networkOf(
      layers,
      activation ?? (fail("a known activation", String(metadata["activation"])) as Activation),
      parametersFrom(bytes.subarray(dataStart)),
    ),
    classes,
    scaling,
  };
}
