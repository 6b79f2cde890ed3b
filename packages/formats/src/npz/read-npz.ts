/** Reads NumPy's npz files: zip files of arrays in npy format. */
import { excerpt, Field, type FieldSource } from "@scratch-nn/core/engine";
import { type ArrayFile, type NamedArray, placeOf } from "../named-array.ts";
import { readDirectory, type ZipEntry } from "./directory.ts";
import { inflateEntry } from "./inflate.ts";
import { BYTES, readNpy, readNpyNumbers } from "./npy.ts";

/** The array that holds the description of a model in our own files, as JSON: see write-npz.ts. */
export const METADATA = "metadata";

/** Weights hardly compress. A file that claims to inflate by more than this is not a file of weights. */
const MOST_INFLATED = { times: 32, atLeast: 2 ** 26 };
const MOST_METADATA = 2 ** 25;

const SUFFIX = ".npy";
const REMEDY = "pass what numpy.savez or numpy.savez_compressed wrote: arrays of float32, float64 or float16";

/**
 * Reads an untrusted file. It inflates all arrays and reads their headers; numbers are decoded only by NamedArray.read.
 * @param where the file's name, for errors
 * @throws InputError if it is not an npz, is truncated or damaged, or would inflate to more than 32 times its size and
 *   64 MiB
 */
export function readNpz(bytes: Uint8Array, where: string): ArrayFile {
  const source = { where, remedy: REMEDY };
  const entries = readDirectory(source, bytes);
  requireOfArrays(source, entries);
  const inflated = entries.reduce((sum, { size }) => sum + size, 0);
  const most = Math.max(MOST_INFLATED.atLeast, MOST_INFLATED.times * bytes.length);
  if (inflated > most) {
    const whole = new Field(source, bytes);
    whole.fail(`arrays of at most ${most} bytes in a file of ${bytes.length}`, `${inflated}`);
  }
  const arrays: NamedArray[] = [];
  let says: ArrayFile["says"];
  for (const entry of entries) {
    const name = entry.name.slice(0, -SUFFIX.length);
    const own = { where: `${where}, ${excerpt(name)}`, remedy: REMEDY };
    const array = readNpy(own, inflateEntry(own, entry));
    if (name === METADATA && array.descr === BYTES) says = metadataOf({ where, remedy: REMEDY }, array.data);
    else arrays.push({ name, shape: array.shape, type: array.descr, read: () => readNpyNumbers(own, array) });
  }
  return { where, format: "npz", arrays, says };
}

/** Entries of other zip files, with their remedies. */
const OTHERS: readonly { readonly name: RegExp; readonly what: string; readonly remedy: string }[] = [
  {
    name: /(^|\/)data\.pkl$/,
    what: "a pickled checkpoint of PyTorch",
    remedy: "pickles are never read: save the state dict by safetensors.torch.save_file",
  },
  {
    name: /\.h5$/,
    what: "a .keras file",
    remedy: "save the weights by numpy.savez(file, *model.get_weights())",
  },
];

function requireOfArrays(source: FieldSource, entries: readonly ZipEntry[]): void {
  if (entries.length === 0) new Field(source, undefined).fail("arrays", "a zip file without any");
  for (const { name, what, remedy } of OTHERS) {
    if (entries.some((entry) => name.test(entry.name))) {
      new Field({ ...source, remedy }, undefined).fail("an npz", what);
    }
  }
  const odd = entries.find(({ name }) => !name.endsWith(SUFFIX));
  if (odd) placeOf(source, odd.name, REMEDY).fail(`names that end in ${SUFFIX}, as an npz has them`, excerpt(odd.name));
}

/** Reads the description. @throws InputError if the bytes are not a JSON object */
function metadataOf(source: FieldSource, bytes: Uint8Array): ArrayFile["says"] {
  const whole = new Field(source, bytes, METADATA);
  if (bytes.length > MOST_METADATA) whole.fail(`at most ${MOST_METADATA} bytes of JSON`, `${bytes.length}`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return whole.fail("JSON in UTF-8", "bytes that are not");
  }
  const json = new Field(source, text, METADATA).json();
  json.names();
  return (name) => json.at(name);
}
