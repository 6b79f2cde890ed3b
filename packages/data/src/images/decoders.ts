/**
 * Decoding PNG and JPEG with the codecs of @jsquash: the Rust crate png and mozjpeg (libjpeg), compiled to WebAssembly.
 *
 * They are loaded on first use: loading defines a global ImageData where there is none.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { InputError } from "@scratch-nn/core";

/** Four bytes a pixel, row by row: red, green, blue, opacity. Grey images have it three times. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
  /** What libjpeg made of data that are not quite right; other programs show such images too. */
  readonly complaint?: string | undefined;
}

type Decode = (bytes: ArrayBuffer) => Promise<DecodedImage>;

let png: Promise<Decode> | undefined;
let jpeg: Promise<Decode> | undefined;
let turn: Promise<unknown> = Promise.resolve();
/** What libjpeg says while it decodes: its first warning, and why it gives up. */
let complaints: string[] = [];

/** @param bytes of a file that requireWholePng has passed @throws InputError when its pixels are damaged */
export async function decodePng(path: string, bytes: Buffer): Promise<DecodedImage> {
  png ??= loadPng();
  const decode = await png;
  try {
    return await decode(bufferOf(bytes));
  } catch (cause) {
    throw damaged(path, "PNG", "pixels that its decoder refuses", cause);
  }
}

/** @throws InputError when data are missing or make no sense */
export function decodeJpeg(path: string, bytes: Buffer): Promise<DecodedImage> {
  // One after another: what libjpeg says does not say of which image.
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
    // Its memory is as it was when libjpeg gave up.
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

/** Its own buffer: small files share one in Node. */
function bufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function damaged(path: string, format: string, found: string, cause?: unknown): InputError {
  return new InputError(
    { where: path, expected: `a whole ${format} image`, found, remedy: "replace or delete that file" },
    { cause },
  );
}
