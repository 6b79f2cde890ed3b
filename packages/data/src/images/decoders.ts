/**
 * Decodes PNG and JPEG with the codecs of @jsquash: the Rust crate png and mozjpeg (libjpeg), compiled to WebAssembly.
 *
 * The codecs are loaded on first use, because loading defines a global ImageData if there is none.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { InputError } from "@scratch-nn/core";

/**
 * An image of four bytes a pixel, row by row: red, green, blue, alpha. Grey images repeat the grey value three times.
 */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
  /** A warning of libjpeg about slightly damaged data; other programs show such images, too. */
  readonly complaint?: string | undefined;
}

type Decode = (bytes: ArrayBuffer) => Promise<DecodedImage>;

let png: Promise<Decode> | undefined;
let jpeg: Promise<Decode> | undefined;
let turn: Promise<unknown> = Promise.resolve();
/** Messages of libjpeg while it decodes: the first is a warning, the last is why it gave up. */
let complaints: string[] = [];

/** @param bytes of a file that requireWholePng accepted @throws InputError if its pixels are damaged */
export async function decodePng(path: string, bytes: Buffer): Promise<DecodedImage> {
  png ??= loadPng();
  const decode = await png;
  try {
    return await decode(bufferOf(bytes));
  } catch (cause) {
    throw damaged(path, "PNG", "pixels that its decoder refuses", cause);
  }
}

/** @throws InputError if data are missing or invalid */
export function decodeJpeg(path: string, bytes: Buffer): Promise<DecodedImage> {
  // One image at a time, because messages of libjpeg do not name their image.
  const image = turn.then(() => decodeInTurn(path, bytes));
  turn = image.catch(() => {});
  return image;
}

async function decodeInTurn(path: string, bytes: Buffer): Promise<DecodedImage> {
  jpeg ??= loadJpeg();
  const decode = await jpeg;
  complaints = [];
  let image: DecodedImage;
  try {
    image = await decode(bufferOf(bytes));
  } catch (cause) {
    // A failure leaves the codec's memory in an undefined state, so the codec is loaded again.
    jpeg = undefined;
    throw damaged(path, "JPEG", complaints.at(-1) ?? "data that its decoder refuses", cause);
  }
  const [complaint] = complaints;
  if (complaint !== undefined && /premature end|bad huffman/i.test(complaint)) throw damaged(path, "JPEG", complaint);
  return { width: image.width, height: image.height, data: image.data, complaint };
}

const { resolve } = createRequire(import.meta.url);

async function loadPng(): Promise<Decode> {
  const { default: decode, init } = await import("@jsquash/png/decode.js");
  await init(await readFile(resolve("@jsquash/png/codec/pkg/squoosh_png_bg.wasm")));
  return decode;
}

async function loadJpeg(): Promise<Decode> {
  const { default: decode, init } = await import("@jsquash/jpeg/decode.js");
  await init({
    wasmBinary: await readFile(resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm")),
    printErr: (line: string) => complaints.push(line),
  } as Parameters<typeof init>[0]);
  return decode;
}

/** Copies to a separate buffer: in Node, small files share one. */
function bufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function damaged(path: string, format: string, found: string, cause?: unknown): InputError {
  return new InputError(
    { where: path, expected: `a whole ${format} image`, found, remedy: "replace or delete that file" },
    { cause },
  );
}
