/** Reads safetensors files of other programs. */
import { excerpt, Field, type FieldSource, readHeader } from "@scratch-nn/core/engine";
import { MARK } from "../description.ts";
import { ELEMENT_BYTES, type ElementType, readElements } from "../element-types.ts";
import { type ArrayFile, describeShape, type NamedArray, sizeOf } from "../named-array.ts";

const METADATA = "__metadata__";
/** Bits of an element of each type of the format, from its documentation. */
const BITS: Readonly<Record<string, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
};
const MOST_BYTES = Number.MAX_SAFE_INTEGER;

/**
 * Reads an untrusted file. It checks the byte range of each tensor; numbers are decoded only by NamedArray.read.
 * @param where the file's name, for errors
 * @throws InputError if it is not a safetensors file, is truncated, or has tensors that overlap or leave holes
 */
export function readSafetensors(bytes: Uint8Array, where: string): ArrayFile {
  const source = { where, remedy: "pass what safetensors' save_file wrote" };
  const { header, data } = readHeader(source, bytes);
  const metadata = header.at(METADATA);
  if (metadata.value !== undefined) {
    for (const name of metadata.names()) {
      new Field({ ...source, where: `${where}, ${METADATA}, ${excerpt(name)}` }, metadata.at(name).value).string();
    }
  }
  if (metadata.value !== undefined && /^scratch-nn \d/.test(String(metadata.at("format").value))) {
    const remedy = "take it as it is: predict, evaluate and export read it";
    new Field({ where, remedy }, undefined).fail("weights by themselves", "a model of this program");
  }
  const tensors = header
    .names()
    .filter((name) => name !== METADATA)
    .map((name) =>
      readTensor({ ...source, where: `${where}, ${excerpt(name)}` }, { name, value: header.at(name).value }, data),
    );
  if (tensors.length === 0) header.fail("tensors", "a header without any");
  let end = 0;
  for (const { name, from, to } of tensors.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) {
      const own = new Field({ ...source, where: `${where}, ${excerpt(name)}` }, undefined, "data_offsets");
      own.fail(
        `tensors one behind the other, here from ${end}`,
        `${from}, ${from < end ? "within another" : "behind a hole"}`,
      );
    }
    end = to;
  }
  if (end !== data.length) header.fail(`${end} bytes of data, as its tensors take`, `${data.length}`);
  const isOurs = metadata.value !== undefined && metadata.at(MARK).value !== undefined;
  return { where, format: "safetensors", arrays: tensors, says: isOurs ? (name) => saidBy(metadata, name) : undefined };
}

/** Names whose values are plain text. Other values are JSON. */
const WORDS: ReadonlySet<string> = new Set([MARK, "activation", "output", "label"]);

function saidBy(metadata: Field, name: string): Field {
  const said = metadata.at(name);
  return said.value === undefined || WORDS.has(name) ? said : said.json();
}

/** @param source names the tensor. @param data the bytes after the header */
function readTensor(
  source: FieldSource,
  { name, value }: { readonly name: string; readonly value: unknown },
  data: Uint8Array,
): NamedArray & { readonly from: number; readonly to: number } {
  const tensor = new Field(source, value);
  const type = tensor.at("dtype").string();
  if (!Object.hasOwn(BITS, type)) tensor.at("dtype").fail("a type of the format", excerpt(type));
  const shape = tensor.at("shape").map((length) => length.whole(0, MOST_BYTES));
  const offsets = tensor.at("data_offsets");
  if (offsets.size() !== 2) offsets.fail("where its bytes begin and end", `${offsets.size()} numbers`);
  const [from, to] = offsets.map((offset) => offset.whole(0, data.length));
  const bytes = Math.ceil((sizeOf(shape) * BITS[type]) / 8);
  if (to - from !== bytes) {
    offsets.fail(`a range of ${bytes} bytes, for ${type} ${describeShape(shape)}`, `[${from}, ${to}]`);
  }
  return {
    name,
    shape,
    type,
    from,
    to,
    read() {
      if (!Object.hasOwn(ELEMENT_BYTES, type)) tensor.at("dtype").fail("F32, F16, BF16 or F64", type);
      return readElements(type as ElementType, data.subarray(from, to), true);
    },
  };
}
