/** Reads the header of a PNG or JPEG file, before any pixel is decoded. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { InputError } from "@scratch-nn/core";
import { unreadable } from "../sources/files.ts";
import { contentOf, hexOf } from "./content.ts";
import type { ImageHeader } from "./image-header.ts";
import { isJpeg, parseJpegHeader } from "./jpeg.ts";
import { isPng, parsePngHeader } from "./png.ts";

/**
 * The most pixels of one image: 2048 x 2048. A dense network has a weight for each pixel and unit, and decoding takes
 * some twenty bytes of memory a pixel.
 */
const MOST_PIXELS = 2 ** 22;

/** The most bytes of one file: an image of MOST_PIXELS pixels is smaller, even with metadata. */
const MOST_FILE_BYTES = 2 ** 26;

/** Bytes to read first: enough for the headers of nearly all files. */
const HEAD_BYTES = 2 ** 14;

/**
 * Reads the header of a file synchronously, in some 20 microseconds. A hundred thousand files take seconds this way,
 * and a minute with promises.
 * @throws InputError if the content is no PNG or JPEG, whatever the file's name, or if its size exceeds the limits
 */
export function readImageHeader(path: string): ImageHeader {
  const head = readBytes(path, HEAD_BYTES);
  return parseImageHeader(path, head) ?? parseImageHeader(path, readImageFile(path)) ?? fail(path, CUT_SHORT);
}

/** @throws InputError if it cannot be read, or is too large */
export function readImageFile(path: string): Buffer {
  const bytes = readBytes(path, MOST_FILE_BYTES + 1);
  if (bytes.length <= MOST_FILE_BYTES) return bytes;
  return fail(path, {
    expected: `an image file of at most ${MOST_FILE_BYTES} bytes`,
    found: "more",
    remedy: "make the images smaller",
  });
}

/**
 * @param bytes the start of a file
 * @returns undefined if the header continues beyond them
 */
export function parseImageHeader(path: string, bytes: Buffer): ImageHeader | undefined {
  const parse = isPng(bytes) ? parsePngHeader : isJpeg(bytes) ? parseJpegHeader : undefined;
  if (parse === undefined) {
    const content = contentOf(bytes);
    const found = bytes.length === 0 ? "an empty file" : (content?.name ?? hexOf(bytes.subarray(0, 4)));
    return fail(path, {
      expected: "a PNG or JPEG image",
      found,
      remedy: content?.remedy ?? "replace or delete that file",
    });
  }
  const header = parse(path, bytes);
  if (header === undefined) return undefined;
  const { width, height } = header;
  if (width > 0 && height > 0 && width * height <= MOST_PIXELS) return header;
  return fail(path, {
    expected: `an image of 1 to ${MOST_PIXELS} pixels (2048 x 2048)`,
    found: `${width} x ${height}`,
    remedy: "make the images smaller: every pixel is an input of the network",
  });
}

const CUT_SHORT = {
  expected: "a whole image",
  found: "one that is cut short",
  remedy: "replace or delete that file",
};

function fail(path: string, fault: { expected: string; found: string; remedy: string }): never {
  throw new InputError({ where: path, ...fault });
}

function readBytes(path: string, most: number): Buffer {
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(Math.min(most, fstatSync(file).size));
      let length = 0;
      while (length < bytes.length) {
        const got = readSync(file, bytes, length, bytes.length - length, length);
        if (got === 0) break;
        length += got;
      }
      return bytes.subarray(0, length);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
}
