/** Converts text in any encoding to UTF-8. */
import { InputError } from "@scratch-nn/core";

/** The encoding of a text. */
export interface Encoding {
  /** The name in TextDecoder. */
  readonly name: string;
  /** The length of the byte order mark in bytes; 0 if there is none. */
  readonly mark: number;
}

/** Byte order marks; a longer mark comes before its own prefix. */
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
 * Finds the encoding of a text.
 * @param head the first bytes
 * @param wanted the name of the encoding; undefined: by the byte order mark, else UTF-8
 * @throws InputError if there is no such encoding, or if the mark contradicts it
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

/** Bytes to decode at a time; a fault is located within such a portion. */
const PORTION = 1 << 16;

/**
 * Converts chunks to UTF-8, without the byte order mark. UTF-8 passes unchanged; it is validated later, block by block.
 * @throws InputError during iteration if the text is not in that encoding
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
  /** The number of bytes decoded so far. */
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

  /** Makes the error for invalid bytes. A binary search locates the first of them. */
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

// findEncoding handles the byte order mark: a later one is text.
const decoderOf = (name: string): TextDecoder => new TextDecoder(name, { fatal: true, ignoreBOM: true });

function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** Removes the Ctrl-Z at the end of a DOS text. */
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
