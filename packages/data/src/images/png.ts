/** Parses the chunks of a PNG file around its compressed pixels (www.w3.org/TR/png). */
import { crc32, inflateSync } from "node:zlib";
import { InputError } from "@scratch-nn/core";
import type { ImageHeader } from "./image-header.ts";

const SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

export const isPng = (bytes: Uint8Array): boolean => SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length));

/** The samples of a pixel and their valid bit depths, by colour type. */
const COLOURS: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** A chunk; `data` is shorter than its stated length if the file is truncated. */
interface Chunk {
  readonly type: string;
  readonly data: Buffer;
  /** Whether data and checksum are complete. */
  readonly isWhole: boolean;
  readonly hasRightChecksum: boolean;
}

function* chunksOf(bytes: Buffer): Generator<Chunk> {
  for (let at = SIGNATURE.length; at + 8 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at);
    const isWhole = end + 4 <= bytes.length;
    yield {
      type: bytes.toString("latin1", at + 4, at + 8),
      data: bytes.subarray(at + 8, end),
      isWhole,
      // Node before 20.15 has no crc32; the decoder checks again.
      hasRightChecksum:
        !isWhole || crc32 === undefined || crc32(bytes.subarray(at + 4, end)) === bytes.readUInt32BE(end),
    };
    at = end + 4;
  }
}

/**
 * @param bytes the start of a file that isPng
 * @returns undefined if the header continues beyond them
 */
export function parsePngHeader(path: string, bytes: Buffer): ImageHeader | undefined {
  let header: ImageHeader | undefined;
  for (const { type, data, isWhole } of chunksOf(bytes)) {
    if (type === "IDAT" && header !== undefined) return header;
    if (!isWhole) return undefined;
    if (header === undefined) {
      if (type !== "IHDR" || data.length !== 13) throw damaged(path, "one that does not begin with its size (IHDR)");
      header = parseSize(path, data);
    }
    if (type === "PLTE" && data[0] !== undefined) header = { ...header, isGrey: header.isGrey || isGreyPalette(data) };
    if (type === "tRNS") header = { ...header, hasAlpha: true };
    if (type === "IEND") throw damaged(path, "one without pixels (IDAT)");
  }
  return undefined;
}

function parseSize(path: string, data: Buffer): ImageHeader {
  const [depth, colour, compression, filter, interlace] = data.subarray(8);
  const known = COLOURS[colour]?.depths.includes(depth) && compression === 0 && filter === 0 && interlace <= 1;
  if (!known)
    throw damaged(path, `depth ${depth}, colour type ${colour}, methods ${compression}, ${filter}, ${interlace}`);
  return {
    format: "PNG",
    width: data.readUInt32BE(0),
    height: data.readUInt32BE(4),
    isGrey: colour === 0 || colour === 4,
    hasAlpha: colour >= 4,
    isDeep: depth === 16,
  };
}

const isGreyPalette = (palette: Buffer): boolean => palette.every((value, i) => value === palette[i - (i % 3)]);

/**
 * Validates a whole file before it is decoded: every chunk is complete with the right checksum, and the compressed data
 * are neither longer nor shorter than the image's size requires.
 * @throws InputError if the file is damaged
 */
export function requireWholePng(path: string, bytes: Buffer): void {
  const parts: Buffer[] = [];
  let pixels = 0;
  let isEnded = false;
  let hasPalette = false;
  for (const { type, data, isWhole, hasRightChecksum } of chunksOf(bytes)) {
    if (!isWhole) break;
    if (!hasRightChecksum) throw damaged(path, `damaged data (chunk ${JSON.stringify(type)})`);
    if (type === "IHDR") {
      if (pixels > 0) throw damaged(path, "two sizes (IHDR)");
      pixels = rawBytes(data);
    }
    if (type === "PLTE") hasPalette = true;
    if (type === "IDAT") parts.push(data);
    isEnded = type === "IEND";
    if (isEnded) break;
  }
  if (!isEnded) throw damaged(path, "one that is cut short");
  // Byte 25 is the colour type, in the chunk that parsePngHeader has checked.
  if (bytes[25] === 3 && !hasPalette) throw damaged(path, "one without its palette (PLTE)");
  const found = inflatedLength(path, Buffer.concat(parts), pixels);
  if (found < pixels) throw damaged(path, `pixels that are cut short (${found} of ${pixels} bytes)`);
}

/** Returns the length of the decompressed data. `most` bounds the memory, so that crafted data cannot exhaust it. */
function inflatedLength(path: string, data: Buffer, most: number): number {
  try {
    return inflateSync(data, { maxOutputLength: most }).length;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw damaged(path, code === "ERR_BUFFER_TOO_LARGE" ? "more pixels than its size" : "damaged pixels", cause);
  }
}

/** The origin and the pixel distances of the seven passes of an interlaced image: x, y, dx, dy. */
const PASSES: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Returns the number of bytes before compression: each row begins with a filter byte. */
function rawBytes(size: Buffer): number {
  const bits = size[8] * COLOURS[size[9]].samples;
  const [width, height] = [size.readUInt32BE(0), size.readUInt32BE(4)];
  const passes = size[12] === 1 ? PASSES : [[0, 0, 1, 1] as const];
  return passes.reduce((sum, [x, y, dx, dy]) => {
    const columns = Math.ceil((width - x) / dx);
    const rows = Math.ceil((height - y) / dy);
    return columns > 0 && rows > 0 ? sum + rows * (1 + Math.ceil((columns * bits) / 8)) : sum;
  }, 0);
}

function damaged(path: string, found: string, cause?: unknown): InputError {
  return new InputError(
    { where: path, expected: "a whole PNG image", found, remedy: "replace or delete that file" },
    { cause },
  );
}
