/**
 * Properties of the image readers, for fast-check: any files give a consistent dataset, or an InputError. The tests try
 * a few inputs of each, `node test/fuzz/images.ts` many.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { InputError } from "@scratch-nn/core";
import { findIdxFiles, type RawImages, readIdx, readRawImages } from "@scratch-nn/data";
import fc from "fast-check";
import { IDX_TYPES, type IdxTypeName, idx, idxOf } from "./idx-files.ts";
import { chunk, encode, gradient, png } from "./image-files.ts";

/** A property, and the number of inputs that a test of a second or two can try. */
export interface ImageProperty {
  readonly name: string;
  readonly shortRuns: number;
  /** @param folder an empty folder for its files */
  property(folder: string): Promise<fc.IAsyncProperty<unknown>>;
}

/** @returns the result, or undefined for an InputError @throws any other error */
async function orInputError<T>(attempt: Promise<T>): Promise<T | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function check(fact: boolean, what: string): void {
  if (!fact) throw new Error(what);
}

const typeName = fc.constantFrom<IdxTypeName>("u8", "i8", "i16", "i32", "f32", "f64");

/** A valid file with mostly small values. */
const wholeIdx = (sizes: fc.Arbitrary<readonly number[]>): fc.Arbitrary<Buffer> =>
  fc.tuple(typeName, sizes).chain(([type, dimensions]) => {
    const count = dimensions.reduce((product, size) => product * size, 1);
    const whole = fc.integer({ min: -3, max: 300 });
    const value = type.startsWith("f") ? fc.oneof({ arbitrary: whole, weight: 3 }, fc.double()) : whole;
    return fc.array(value, { minLength: count, maxLength: count }).map((values) => idxOf(type, dimensions, values));
  });

/** A header and data that need not match. */
const anyIdx: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.oneof(fc.constantFrom(8, 9, 11, 12, 13, 14), fc.nat(255)),
    fc.array(fc.oneof(fc.nat(4), fc.constantFrom(0, 2 ** 16, 2 ** 31, 2 ** 32 - 1)), { maxLength: 6 }),
    fc.uint8Array({ maxLength: 80 }),
  )
  .map(([type, sizes, data]) => idx(sizes, data, (type << 8) | sizes.length));

/** A file with bytes changed, cut off or added. */
const harmed = (file: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc
    .tuple(
      file,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }),
      fc.nat(9),
      fc.uint8Array({ maxLength: 5 }),
    )
    .map(([bytes, changes, where, more]) => {
      const copy = Buffer.from(bytes);
      for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
      if (where < 3) return copy;
      if (where < 6) return copy.subarray(0, Math.floor((copy.length * where) / 6));
      return Buffer.concat([copy, more]);
    });

const count = fc.integer({ min: 1, max: 6 });
const imageFile = (m: number): fc.Arbitrary<Buffer> =>
  wholeIdx(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }).map((rest) => [m, ...rest]));
const labelFile = (m: number): fc.Arbitrary<Buffer> => wholeIdx(fc.constantFrom([m], [m, 1]));
const mostlyWhole = (file: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.oneof(
    { arbitrary: file, weight: 4 },
    { arbitrary: harmed(file), weight: 4 },
    { arbitrary: anyIdx, weight: 2 },
    { arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)), weight: 1 },
  );

/** The simplest reader: it reads the whole file at once, value by value. */
function readPlainly(
  bytes: Buffer,
): { readonly sizes: readonly number[]; readonly values: readonly number[] } | undefined {
  const type = Object.entries(IDX_TYPES).find(([, { code }]) => code === bytes[2])?.[0] as IdxTypeName | undefined;
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0 || type === undefined) return undefined;
  const header = 4 + 4 * bytes[3];
  if (bytes[3] === 0 || bytes.length < header) return undefined;
  const sizes = Array.from({ length: bytes[3] }, (_, d) => bytes.readUInt32BE(4 + 4 * d));
  const size = IDX_TYPES[type].bytes;
  const values = sizes.reduce((product, n) => product * n, 1);
  if (values === 0 || bytes.length !== header + values * size) return undefined;
  const read = {
    u8: (at: number) => bytes.readUInt8(at),
    i8: (at: number) => bytes.readInt8(at),
    i16: (at: number) => bytes.readInt16BE(at),
    i32: (at: number) => bytes.readInt32BE(at),
    f32: (at: number) => bytes.readFloatBE(at),
    f64: (at: number) => bytes.readDoubleBE(at),
  }[type];
  return { sizes, values: Array.from({ length: values }, (_, i) => read(header + i * size)) };
}

const IDX_DATASET: ImageProperty = {
  name: "IDX datasets",
  shortRuns: 400,
  async property(folder) {
    const input = count.chain((m) =>
      fc.record({
        images: mostlyWhole(imageFile(m)),
        labels: mostlyWhole(labelFile(m)),
        test: fc.option(fc.tuple(mostlyWhole(imageFile(m)), mostlyWhole(labelFile(m))), { freq: 3 }),
        isGzipped: fc.boolean(),
        testFraction: fc.constantFrom(0, 0.2, 0.9),
        examples: fc.constantFrom(undefined, 1, 3, 100),
      }),
    );
    const write = (name: string, bytes: Buffer, isGzipped: boolean): string => {
      const path = join(folder, name);
      writeFileSync(path, isGzipped ? gzipSync(bytes, { level: 1 }) : bytes);
      return path;
    };
    return fc.asyncProperty(input, async ({ images, labels, test, isGzipped, ...options }) => {
      const train = { images: write("i", images, isGzipped), labels: write("l", labels, isGzipped) };
      const files = {
        train,
        test: test === null ? undefined : { images: write("ti", test[0], false), labels: write("tl", test[1], false) },
        remarks: [],
      };
      const dataset = await orInputError(readIdx("fuzz", files, options));
      if (dataset === undefined) return;
      const { X, inputs, classes, labels: numbers } = dataset;
      check(X.length === inputs * numbers.length, "X is no matrix");
      check(X.every(Number.isFinite), "X is not finite");
      check(
        numbers.every((k) => k < classes.length),
        "a label without a class",
      );
      check(new Set(classes).size === classes.length && classes.length >= 2, "classes");
      const columns = [...dataset.train, ...dataset.test].sort((a, b) => a - b);
      check(columns.every((column, i) => column === i) && columns.length === numbers.length, "parts");
      const plain = readPlainly(labels)!;
      const taken = Math.min(options.examples ?? plain.values.length, plain.values.length);
      for (let i = 0; i < taken; i++) check(classes[numbers[i]] === String(plain.values[i]), "a wrong label");
      if (X instanceof Uint8Array) {
        const pixels = readPlainly(images)!.values.slice(0, taken * inputs);
        check(
          pixels.every((value, i) => X[i] === value),
          "a wrong pixel",
        );
      }
    });
  },
};

const IDX_RAW: ImageProperty = {
  name: "raw IDX images: right numbers, or an error exactly where the simplest reader has none",
  shortRuns: 300,
  async property(folder) {
    const path = join(folder, "raw");
    return fc.asyncProperty(
      count.chain((m) => mostlyWhole(imageFile(m))),
      async (bytes) => {
        writeFileSync(path, bytes);
        const raw = await orInputError(readRawImages(path));
        const plain = readPlainly(bytes);
        const isGood = plain !== undefined && plain.sizes.length > 1 && plain.values.every(Number.isFinite);
        check(isGood === (raw !== undefined), isGood ? "refused" : "accepted");
        if (raw !== undefined)
          check(
            plain!.values.every((value, i) => value === raw.X[i] || (value === 0 && raw.X[i] === 0)),
            "a wrong pixel",
          );
      },
    );
  },
};

const NAMES: ImageProperty = {
  name: "names of IDX files",
  shortRuns: 100,
  async property(folder) {
    const piece = fc.constantFrom(
      "train",
      "t10k",
      "test",
      "images",
      "labels",
      "-",
      "_",
      ".",
      "idx",
      "idx3",
      "ubyte",
      "gz",
      "a",
      "é",
    );
    return fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 9 }), async (pieces) => {
      const name = pieces.join("");
      // The names "." and ".." are those of the folder itself and its parent.
      if (!/[a-zé]/.test(name)) return;
      await orInputError(findIdxFiles(join(folder, name)));
    });
  },
};

function checkRaw(raw: RawImages | undefined): void {
  if (raw === undefined) return;
  check(raw.X.length === raw.inputs * raw.count && raw.count === 1, "X is no matrix");
}

/** A property of image files that are damaged versions of valid ones. */
function ofFiles(name: string, shortRuns: number, seeds: () => Promise<readonly Buffer[]>): ImageProperty {
  return {
    name,
    shortRuns,
    async property(folder) {
      const path = join(folder, "image");
      const whole = await seeds();
      return fc.asyncProperty(harmed(fc.constantFrom(...whole)), async (bytes) => {
        writeFileSync(path, bytes);
        checkRaw(await orInputError(readRawImages(path)));
      });
    },
  };
}

const PNG = ofFiles("PNG with bytes changed, missing or added", 400, async () => {
  const pixels = gradient(6, 5, [3, 20, 30]);
  return [
    png({ width: 6, height: 5 }),
    png({ width: 9, height: 3, depth: 1 }),
    png({ width: 3, height: 2, colour: 3, depth: 4, palette: Array.from({ length: 48 }, (_, i) => i) }),
    png({ width: 3, height: 2, colour: 4, depth: 16, extra: [chunk("tEXt", Buffer.from("a\0b"))] }),
    await encode("png", pixels, 6),
  ];
});

/** Tests the content of chunks: their checksums are valid. */
const PNG_CHUNKS: ImageProperty = {
  name: "PNG of any chunks",
  shortRuns: 300,
  async property(folder) {
    const path = join(folder, "chunks");
    const type = fc.constantFrom(
      "IHDR",
      "PLTE",
      "IDAT",
      "IEND",
      "tRNS",
      "iCCP",
      "gAMA",
      "acTL",
      "fcTL",
      "fdAT",
      "tEXt",
      "XxXX",
    );
    const one = fc.tuple(type, fc.uint8Array({ maxLength: 30 })).map(([name, data]) => chunk(name, data));
    const input = fc.record({
      colour: fc.constantFrom<0 | 2 | 3 | 4 | 6>(0, 2, 3, 4, 6),
      depth: fc.constantFrom<1 | 2 | 4 | 8 | 16>(1, 2, 4, 8, 16),
      rows: fc.uint8Array({ minLength: 64, maxLength: 64 }),
      palette: fc.option(fc.array(fc.nat(255), { maxLength: 12 })),
      extra: fc.array(one, { maxLength: 2 }),
      isInterlaced: fc.boolean(),
    });
    return fc.asyncProperty(input, async ({ colour, depth, rows, palette, extra, isInterlaced }) => {
      const bytes = png({ width: 3, height: 2, colour, depth, rows, extra, ...(palette === null ? {} : { palette }) });
      // Sets the interlace byte, with a valid checksum.
      if (isInterlaced) chunk("IHDR", Buffer.from([...bytes.subarray(16, 28), 1])).copy(bytes, 8);
      writeFileSync(path, bytes);
      checkRaw(await orInputError(readRawImages(path)));
    });
  },
};

const JPEG = ofFiles("JPEG with bytes changed, missing or added", 200, async () => {
  const pixels = gradient(17, 9, [3, 20, 30]);
  return Promise.all(
    [{ color_space: 1 }, { progressive: true }, { progressive: false, baseline: true }].map((options) =>
      encode("jpeg", pixels, 17, options),
    ),
  );
});

export const IMAGE_PROPERTIES: readonly ImageProperty[] = [IDX_DATASET, IDX_RAW, NAMES, PNG, PNG_CHUNKS, JPEG];
