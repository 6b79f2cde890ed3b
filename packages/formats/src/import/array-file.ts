/** Detects the format of a file of weights by its first bytes. */
import { Field } from "@scratch-nn/core/engine";
import type { ArrayFile } from "../named-array.ts";
import { readNpz } from "../npz/read-npz.ts";
import { readSafetensors } from "../safetensors/read-safetensors.ts";

const AS_SAFETENSORS = "save the state dict by safetensors.torch.save_file";
const AS_NPZ = "save the weights by numpy.savez(file, *model.get_weights())";

/** Other files that users may pass, with their remedies. */
const OTHERS: readonly { readonly begins: readonly number[]; readonly what: string; readonly remedy: string }[] = [
  { begins: [0x89, 0x48, 0x44, 0x46], what: "an HDF5 file, as Keras writes it", remedy: AS_NPZ },
  {
    begins: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
    what: "a single array in NumPy's npy format",
    remedy: "save all of them in one file by numpy.savez",
  },
  { begins: [0x80], what: "a pickle", remedy: `pickles are never read: ${AS_SAFETENSORS}` },
  { begins: [0x1f, 0x8b], what: "a gzipped file", remedy: "unpack it first" },
  { begins: [0x47, 0x47, 0x55, 0x46], what: "a GGUF file", remedy: AS_SAFETENSORS },
  // Protocol buffers have no signature; these are the first fields of a model as all known exporters write it.
  ...[7, 8, 9, 10, 11, 12, 13, 14].map((version) => ({
    begins: [0x08, version, 0x12],
    what: "an ONNX model",
    remedy: `${AS_SAFETENSORS} where it was trained`,
  })),
];

/**
 * Reads a safetensors file or an npz.
 * @param where the file's name, for errors
 * @throws InputError if it is neither or is damaged
 */
export function readArrayFile(bytes: Uint8Array, where: string): ArrayFile {
  const begins = (beginning: readonly number[]): boolean => beginning.every((byte, i) => bytes[i] === byte);
  if (begins([0x50, 0x4b])) return readNpz(bytes, where);
  // Safetensors has eight bytes of header length, then "{". The first byte may equal a signature in OTHERS.
  const isSafetensors = bytes[8] === 0x7b && bytes[7] === 0;
  const other = isSafetensors ? undefined : OTHERS.find(({ begins: beginning }) => begins(beginning));
  if (other) new Field({ where, remedy: other.remedy }, bytes).fail("weights as safetensors or npz", other.what);
  return readSafetensors(bytes, where);
}
