/**
 * Writes image files for tests. It writes PNG byte by byte, so that tests know every pixel and can write invalid files.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { crc32, deflateSync } from "node:zlib";

export interface PngOptions {
  readonly width: number;
  readonly height: number;
  /** 0: grey, 2: colour, 3: palette, 4: grey with opacity, 6: colour with opacity. Default 0. */
  readonly colour?: 0 | 2 | 3 | 4 | 6;
  /** Default 8. */
  readonly depth?: 1 | 2 | 4 | 8 | 16;
  /** The bytes of the rows, with samples of `depth` bits. Default: a pattern. */
  readonly rows?: Uint8Array;
  readonly palette?: readonly number[];
  readonly extra?: readonly Buffer[];
  /** Replaces the compressed rows. */
  readonly compressed?: Buffer;
}

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

export function png(options: PngOptions): Buffer {
  const { width, height, colour = 0, depth = 8 } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = depth;
  header[9] = colour;
  const stride = Math.ceil((width * SAMPLES[colour] * depth) / 8);
  const compressed =
    options.compressed ??
    deflateSync(
      Buffer.concat(
        Array.from({ length: height }, (_, y) => {
          const row =
            options.rows?.subarray(y * stride, (y + 1) * stride) ??
            Uint8Array.from({ length: stride }, (_, x) => 31 * y + 7 * x);
          return Buffer.from([0, ...row]);
        }),
      ),
    );
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...(options.palette === undefined ? [] : [chunk("PLTE", Buffer.from(options.palette))]),
    ...(options.extra ?? []),
    chunk("IDAT", compressed),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

export function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** A grey image of one shade. */
export const shade = (value: number, width = 3, height = 2): Buffer =>
  png({ width, height, rows: new Uint8Array(width * height).fill(value) });

type Encode = (
  image: { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number },
  options?: Readonly<Record<string, unknown>>,
) => Promise<ArrayBuffer>;

const { resolve } = createRequire(import.meta.url);

/** Loads the encoder of the library that the reader decodes with. */
async function encoder(format: "png" | "jpeg"): Promise<Encode> {
  if (format === "png") {
    const { default: encode, init } = await import("@jsquash/png/encode.js");
    await init(readFileSync(resolve("@jsquash/png/codec/pkg/squoosh_png_bg.wasm")));
    return encode as unknown as Encode;
  }
  const { default: encode, init } = await import("@jsquash/jpeg/encode.js");
  const wasmBinary = readFileSync(resolve("@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm"));
  await init({ wasmBinary } as Parameters<typeof init>[0]);
  return encode as unknown as Encode;
}

const encoders = new Map<"png" | "jpeg", Promise<Encode>>();

/** Encodes rgba, four bytes per pixel. @param options of mozjpeg: quality, color_space (1: grey), progressive */
export async function encode(
  format: "png" | "jpeg",
  rgba: Uint8Array,
  width: number,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Buffer> {
  if (!encoders.has(format)) encoders.set(format, encoder(format));
  const image = { data: new Uint8ClampedArray(rgba), width, height: rgba.length / 4 / width };
  return Buffer.from(await (await encoders.get(format)!)(image, options));
}

/** A gradient smooth enough for JPEG to keep it within a few levels. */
export function gradient(width: number, height: number, step: readonly [number, number, number]): Uint8Array {
  return Uint8Array.from({ length: 4 * width * height }, (_, at) => {
    const pixel = Math.floor(at / 4);
    return at % 4 === 3 ? 255 : 40 + step[at % 4] * (pixel % width) + 3 * Math.floor(pixel / width);
  });
}
