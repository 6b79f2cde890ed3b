/** Encodes images as PNG in data URIs: see https://www.w3.org/TR/png-3/. */
import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";
import type { Picture } from "../record.ts";

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const [GREY, COLOUR, INDEXED] = [0, 2, 3];

/** Palette steps on either side of 0. */
const STEPS = 31;
const BELOW = [0xe0, 0x6c, 0x00];
const ABOVE = [0x1f, 0x7f, 0xd6];

export function pictureUri(picture: Picture): string {
  return `data:image/png;base64,${Buffer.from(png(picture)).toString("base64")}`;
}

/** Encodes an image. @returns the bytes of a PNG file */
export function png({ width, height, pixels }: Picture): Uint8Array {
  const isSigned = pixels.kind === "signed";
  const type = isSigned ? INDEXED : pixels.kind === "grey" ? GREY : COLOUR;
  const bytes = isSigned ? Uint8Array.from(pixels.values, paletteIndex) : pixels.bytes;
  const stride = width * (type === COLOUR ? 3 : 1);
  const rows = new Uint8Array(height * (stride + 1));
  // Each row begins with the number of its filter; 0 means none.
  for (let y = 0; y < height; y++) rows.set(bytes.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, type, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    ...(isSigned ? PALETTE : []),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function paletteIndex(value: number): number {
  const step = Math.round(Math.max(-1, Math.min(1, value)) * STEPS);
  return STEPS + (Number.isNaN(step) ? 0 : step);
}

/** Two colours whose opacity falls towards 0, so that they suit any background. */
const PALETTE = ((): readonly Uint8Array[] => {
  const steps = Array.from({ length: 2 * STEPS + 1 }, (_, i) => i - STEPS);
  const colours = steps.flatMap((step) => (step < 0 ? BELOW : ABOVE));
  const opacities = steps.map((step) => Math.round((255 * Math.abs(step)) / STEPS));
  return [chunk("PLTE", Uint8Array.from(colours)), chunk("tRNS", Uint8Array.from(opacities))];
})();

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(name, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** CRC-32. Node has its own only from Node 22 on. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (crc ^ 0xffffffff) >>> 0;
}
