/** Parses the header of a JPEG file, up to its compressed pixels (ITU-T T.81, annex B). */
import { InputError } from "@scratch-nn/core";
import type { ImageHeader } from "./image-header.ts";

export const isJpeg = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;

/** Supported frames: baseline, extended and progressive, with Huffman coding. */
const DECODED = new Set([0xc0, 0xc1, 0xc2]);
/** Markers in the range of frames that are not frames: tables and a reserved marker. */
const NO_FRAME = new Set([0xc4, 0xc8, 0xcc]);

/**
 * @param bytes the start of a file that isJpeg
 * @returns undefined if the header continues beyond them
 */
export function parseJpegHeader(path: string, bytes: Buffer): ImageHeader | undefined {
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) throw damaged(path, `damaged data (byte ${at + 1})`);
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++;
      continue;
    }
    const hasNoLength = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (hasNoLength) {
      at += 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) throw damaged(path, "one without its size (SOF)");
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)) {
      return at + 10 <= bytes.length ? parseFrame(path, marker, bytes.subarray(at + 4, at + 10)) : undefined;
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}

function parseFrame(path: string, marker: number, frame: Buffer): ImageHeader {
  const [bits, components] = [frame[0], frame[5]];
  if (!DECODED.has(marker)) throw unsupported(path, "one of lossless, hierarchical or arithmetic coding");
  if (bits !== 8) throw unsupported(path, `one of ${bits} bits a sample`);
  if (components !== 1 && components !== 3) {
    throw unsupported(path, components === 4 ? "one of four inks (CMYK)" : `one of ${components} components`);
  }
  return {
    format: "JPEG",
    width: frame.readUInt16BE(3),
    height: frame.readUInt16BE(1),
    isGrey: components === 1,
    hasAlpha: false,
    isDeep: false,
  };
}

function unsupported(path: string, found: string): InputError {
  return new InputError({
    where: path,
    expected: "a JPEG image, grey or in colour, of 8 bits a sample",
    found,
    remedy: "convert it to PNG",
  });
}

function damaged(path: string, found: string): InputError {
  return new InputError({
    where: path,
    expected: "a whole JPEG image",
    found,
    remedy: "replace or delete that file",
  });
}
