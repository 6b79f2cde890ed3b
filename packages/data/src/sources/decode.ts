/** Text in any encoding to UTF-8. */
import { InputError } from "@scratch-nn/core";

/** How a text is encoded. */
export interface Encoding {
  /** As TextDecoder calls it. */
  readonly name: string;
  /** Bytes of its byte order mark. */
  readonly mark: number;
}

/** Byte order marks, the longer one before the one it begins with. */
const MARKS: readonly (readonly [name: string, mark: readonly number[]])[] = [
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

const SOME_ENCODINGS =
  "utf-8, utf-16le, utf-16be, latin1, windows-1252, windows-1251, iso-8859-2, shift_jis, gbk, big5";

/**
 * The encoding of a text.
 * @param head its first bytes
 * @param wanted by name; undefined: by its mark, else UTF-8
 * @throws InputError when there is no such encoding, or the mark says another one
 */
export function findEncoding(where: string, head: Uint8Array, wanted: string | undefined): Encoding {
  const named = wanted === undefined ? undefined : requireEncoding(wanted);
  const [marked, bytes] = MARKS.find(([, mark]) => mark.every((byte, i) => head[i] === byte)) ?? [undefined, []];
  if (marked === undefined) return { name: named ?? "utf-8", mark: 0 };
  if (marked.startsWith("utf-32")) {
    throw new InputError({
      where,
      expected: "UTF-8",
      found: "UTF-32, by its byte order mark",
      remedy: "save it as UTF-8",
    });
  }
  if (named !== undefined && named !== marked) {
    throw new InputError({
      where: "--encoding",
      expected: `${marked}, as the byte order mark of ${where} says`,
      found: named,
      remedy: "leave it out",
    });
  }
  return { name: marked, mark: bytes.length };
}

function requireEncoding(wanted: string): string {
  try {
    return new TextDecoder(wanted).encoding;
  } catch (cause) {
    throw new InputError(
      {
        where: "--encoding",
        expected: `the name of an encoding (${SOME_ENCODINGS}, ...)`,
        found: JSON.stringify(wanted.slice(0, 60)),
        remedy: "see encoding.spec.whatwg.org for all names",
      },
      { cause },
    );
  }
}

/** Bytes that are decoded at a time: where a fault lies is said with so much care. */
const PORTION = 1 << 16;

/**
 * Chunks as UTF-8, the byte order mark left out. UTF-8 passes as it is: whether it is valid is seen block by block.
 * @throws InputError from the iteration, where the text is not in that encoding
 */
export async function* decodeChunks(
  where: string,
  chunks: AsyncIterable<Uint8Array>,
  { name, mark }: Encoding,
): AsyncGenerator<Uint8Array> {
  let toSkip = mark;
  const decoder = name === "utf-8" ? undefined : new Decoder(where, name, mark);
  for await (const chunk of chunks) {
    const bytes = chunk.subarray(toSkip);
    toSkip -= chunk.length - bytes.length;
    if (decoder === undefined) yield bytes;
    else for (let at = 0; at < bytes.length; at += PORTION) yield decoder.decode(bytes.subarray(at, at + PORTION));
  }
  if (decoder !== undefined) yield decoder.end();
}

class Decoder {
  readonly #where: string;
  readonly #name: string;
  readonly #decoder: TextDecoder;
  /** Bytes that were decoded. */
  #done: number;
  #line = 1;

  constructor(where: string, name: string, mark: number) {
    this.#where = where;
    this.#name = name;
    this.#decoder = decoderOf(name);
    this.#done = mark;
  }

  decode(bytes: Uint8Array): Uint8Array {
    try {
      const text = this.#decoder.decode(bytes, { stream: true });
      this.#done += bytes.length;
      this.#line += countLines(text);
      return Buffer.from(text);
    } catch (cause) {
      throw this.#invalid(bytes, cause);
    }
  }

  end(): Uint8Array {
    try {
      return Buffer.from(this.#decoder.decode());
    } catch (cause) {
      throw this.#invalid(new Uint8Array(0), cause);
    }
  }

  /** The error for bytes that are not in the encoding: halves of them tell where. */
  #invalid(bytes: Uint8Array, cause: unknown): InputError {
    let [good, bad] = [0, bytes.length];
    let text = "";
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      try {
        text = decoderOf(this.#name).decode(bytes.subarray(0, middle), { stream: true });
        good = middle;
      } catch {
        bad = middle;
      }
    }
    const place = bytes.length === 0 ? "at the end" : `near byte ${this.#done + good}`;
    return new InputError(
      {
        where: `${this.#where}:${this.#line + countLines(text)}`,
        expected: `text in ${this.#name}`,
        found: `what is no character of it ${place}`,
        remedy: "name the right encoding with --encoding, or save it as UTF-8 and leave that out",
      },
      { cause },
    );
  }
}

// A mark was looked for already: what looks like one further in is text.
const decoderOf = (name: string): TextDecoder => new TextDecoder(name, { fatal: true, ignoreBOM: true });

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** Chunks without the Ctrl-Z that ends a text of DOS. */
export async function* withoutFinalCtrlZ(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined;
  for await (const chunk of chunks) {
    if (held !== undefined) yield held;
    held = undefined;
    let end = chunk.length;
    while (end > 0 && chunk[end - 1] === 0x1a) end--;
    if (end > 0) yield chunk.subarray(0, end);
    if (end < chunk.length) held = chunk.subarray(end);
  }
}
