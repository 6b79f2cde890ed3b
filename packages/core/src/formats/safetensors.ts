/**
 * Reads and writes safetensors files: an unsigned 64-bit little-endian length; a JSON header of that length, which
 * gives each tensor's dtype, shape and byte range, and strings under `__metadata__`; then the data without gaps.
 */
import { excerpt } from "../checks/excerpt.ts";
import { Field, type FieldSource } from "../checks/field.ts";

// Node, browsers and workers all have the two text coders, but the language's own library types do not.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

const LENGTH_BYTES = 8;
/** The header of a model of 100,000 columns has 17 MB. Parsing hostile JSON takes many times its length. */
const MOST_HEADER = 2 ** 25;
const MOST_BYTES = Number.MAX_SAFE_INTEGER;

/** A tensor by name, f32. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Encodes numbers as little-endian f32, on any machine. */
export function floatBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(4 * i, values[i], true);
  return bytes;
}

/** The inverse of {@link floatBytes}. @param bytes four for each number */
export function floatsFrom(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}

/**
 * @returns the bytes of a file
 * @throws InputError when the header is longer than {@link readHeader} accepts
 */
export function encodeSafetensors(
  metadata: Readonly<Record<string, string>>,
  tensors: readonly NamedTensor[],
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    const end = offset + 4 * values.length;
    header[name] = { dtype: "F32", shape, data_offsets: [offset, end] };
    offset = end;
  }
  const unpadded = utf8(JSON.stringify(header));
  // Spaces at the end of the header align the data to 8 bytes, as the format advises.
  const length = Math.ceil(unpadded.length / 8) * 8;
  if (length > MOST_HEADER) {
    const source = { where: "model", remedy: "leave columns, levels or classes out" };
    new Field(source, length).fail(`at most ${MOST_HEADER} bytes of metadata`);
  }
  const file = new Uint8Array(LENGTH_BYTES + length + offset).fill(0x20, LENGTH_BYTES, LENGTH_BYTES + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(unpadded, LENGTH_BYTES);
  let at = LENGTH_BYTES + length;
  for (const { values } of tensors) {
    file.set(floatBytes(values), at);
    at += 4 * values.length;
  }
  return file;
}

/** A file's header, and the bytes after it. */
export interface Safetensors {
  readonly header: Field;
  readonly data: Uint8Array;
}

/** @throws InputError when the bytes do not begin with a header in JSON */
export function readHeader(source: FieldSource, bytes: Uint8Array): Safetensors {
  const file = new Field(source, bytes);
  if (bytes.length < LENGTH_BYTES) file.fail("a safetensors file", `${bytes.length} bytes`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true));
  const start = LENGTH_BYTES + length;
  if (length > MOST_HEADER || start > bytes.length) {
    file.fail(
      `a safetensors header of at most ${MOST_HEADER} bytes within the file`,
      `one of ${length} bytes in a file of ${bytes.length}`,
    );
  }
  let text: string;
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    text = decoder.decode(bytes.subarray(LENGTH_BYTES, start));
  } catch {
    return file.fail("a header in UTF-8", "bytes that are not");
  }
  // JSON may have blanks before it, but the format allows them only at the end.
  if (!text.startsWith("{")) new Field(source, text, "header").fail('JSON that begins with "{"');
  return { header: new Field(source, text, "header").json(), data: bytes.subarray(start) };
}

/**
 * Reads the tensors with the given names and shapes. They must be the only tensors, and fill the data without gaps, in
 * any order.
 * @throws InputError naming the tensor and its field
 */
export function readTensors(
  { header, data }: Safetensors,
  shapes: ReadonlyMap<string, readonly number[]>,
): Float32Array[] {
  for (const name of header.names()) {
    if (name === "__metadata__" || shapes.has(name)) continue;
    header.at(name).fail(`only the tensors of ${shapes.size / 2} layers`, excerpt(name));
  }
  const ranges = Array.from(shapes, ([name, shape]) => ({ name, ...rangeOf(header.at(name), shape, data.length) }));
  let end = 0;
  for (const { name, from, to } of ranges.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end)
      header.at(name).at("data_offsets").fail(`tensors one behind the other, here from ${end}`, `${from}`);
    end = to;
  }
  if (end !== data.length) header.fail(`${end} bytes of data`, `${data.length}`);
  return ranges.map(({ from, to }) => floatsFrom(data.subarray(from, to)));
}

function rangeOf(
  tensor: Field,
  shape: readonly number[],
  length: number,
): { readonly from: number; readonly to: number } {
  tensor.at("dtype").oneOf(["F32"]);
  const found = tensor.at("shape");
  const expected = `[${shape}], as the layers have it`;
  if (found.size() !== shape.length) found.fail(expected, `${found.size()} sizes`);
  const sizes = found.map((size) => size.whole(0, MOST_BYTES));
  if (`${sizes}` !== `${shape}`) found.fail(expected, `[${sizes}]`);
  const offsets = tensor.at("data_offsets");
  const bytes = 4 * shape.reduce((product, size) => product * size, 1);
  if (offsets.size() !== 2) offsets.fail(`where its ${bytes} bytes begin and end`, `${offsets.size()} numbers`);
  const [from, to] = offsets.map((offset) => offset.whole(0, length));
  if (to - from !== bytes) offsets.fail(`a range of ${bytes} bytes`, `${[from, to]}`);
  return { from, to };
}
