import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { type IdxTypeName, idx, idxOf, writeFiles } from "../support/idx-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** 12 images of 6 whole numbers, from 0 to `most`. */
const pixels = (most: number): number[] => Array.from({ length: 72 }, (_, i) => (i * 37) % (most + 1));
const LABELS = Array.from({ length: 12 }, (_, i) => i % 3);

/** A folder with 12 training images. */
function folderOf(images: Buffer, labels: Buffer = idxOf("u8", [12], LABELS)): string {
  return writeFiles(temporaryFolder(), { "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels });
}
const ALL = { testFraction: 0 };

/** Standardises by the textbook's formulas. */
function standardised(values: readonly number[], inputs: number): Float32Array {
  return Float32Array.from(values, (value, place) => {
    const column = values.filter((_, other) => other % inputs === place % inputs);
    const mean = column.reduce((sum, x) => sum + x, 0) / column.length;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / column.length);
    // The sum of twelve times 0.1 is not exactly 1.2, so constant columns are detected rather than computed.
    return column.every((x) => x === value) ? 0 : (value - mean) / deviation;
  });
}

describe("IDX images whose values are whole numbers from 0 to 255", () => {
  it.each<[IdxTypeName, number]>([
    ["u8", 255],
    ["i8", 127],
    ["i16", 255],
    ["i32", 255],
    ["f32", 255],
    ["f64", 255],
  ])("stay bytes where they are written as %s", async (type, most) => {
    const dataset = await openDataset(folderOf(idxOf(type, [12, 2, 3], pixels(most))), ALL);
    expect(dataset.X).toEqual(Uint8Array.from(pixels(most)));
    expect(dataset.X.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(dataset.preprocessing.encoders).toEqual([{ kind: "pixels", column: 0, count: 6, factor: 1 / 255 }]);
  });

  it.each([[[12, 6]], [[12, 2, 3]], [[12, 3, 2, 1]], [[12, 1, 2, 1, 3]]])("have any shape: %j", async (shape) => {
    const dataset = await openDataset(folderOf(idxOf("u8", shape, pixels(255))), ALL);
    expect(dataset.inputs).toBe(6);
    expect(dataset.X).toEqual(Uint8Array.from(pixels(255)));
  });
});

describe("A test set of IDX images", () => {
  const open = (train: readonly number[], test: readonly number[]) =>
    openDataset(
      writeFiles(folderOf(idxOf("u8", [12, ...train], pixels(255))), {
        "t10k-images-idx3-ubyte": idxOf("u8", [12, ...test], pixels(255)),
        "t10k-labels-idx1-ubyte": idxOf("u8", [12], LABELS),
      }),
    );

  it.each([
    [
      [2, 3],
      [3, 2],
    ],
    [
      [2, 3],
      [6, 1],
    ],
    [
      [1, 6],
      [6, 1],
    ],
    [
      [2, 1, 3],
      [3, 2],
    ],
  ])("of another shape is refused, whatever its number of pixels: %j and %j", async (train, test) => {
    await expect(open(train, test)).rejects.toThrow(
      `expected images of 6 pixels like those to train on (${train.join(" x ")}), found 6 (${test.join(" x ")})`,
    );
  });

  it.each([
    [[2, 3], [2, 3, 1], []],
    [[1, 2, 3], [2, 3], []],
    [[2, 3], [6], ["test images of 6 values: read as images of 2 x 3, as in training"]],
    [[6], [2, 3], ["test images of 2 x 3: read as rows of 6 values, as in training"]],
  ])("has the same shape with a dimension of 1, and rows have none: %j and %j", async (train, test, remarks) => {
    expect((await open(train, test)).remarks).toEqual(remarks);
  });
});

it("IDX images of 0 and 1 are divided by 255 too, which is said", async () => {
  const remarks = async (most: number) =>
    (await openDataset(folderOf(idxOf("u8", [12, 6], pixels(most))), ALL)).remarks;
  expect(await remarks(1)).toEqual([expect.stringMatching(/^pixels go from 0 to 1 only, and are divided by 255/)]);
  expect(await remarks(20)).toEqual([]);
});

describe("IDX images of other numbers", () => {
  const cases: readonly [string, IdxTypeName, readonly number[]][] = [
    ["i8 below 0", "i8", pixels(255).map((x) => x - 128)],
    ["i16 beyond bytes", "i16", pixels(30_000)],
    ["i32", "i32", pixels(71).map((x) => 1e8 + x)],
    ["f32 from 0 to 1", "f32", pixels(255).map((x) => Math.fround(x / 255))],
    ["f64 of 1e8 +- 2", "f64", pixels(3).map((x) => 1e8 + x / 1.5)],
    ["a pixel that never varies", "f64", pixels(99).map((x, i) => (i % 6 === 2 ? 0.1 : x / 7))],
  ];
  it.each(cases)("%s are standardised in doubles before they become f32", async (_, type, values) => {
    const dataset = await openDataset(folderOf(idxOf(type, [12, 2, 3], values)), ALL);
    expect(dataset.X).toBeInstanceOf(Float32Array);
    const expected = standardised(values, 6);
    for (const [i, x] of dataset.X.entries()) {
      // An absolute error of 2e-6 allows the textbook's own rounding at 1e8 (1e8 * 2^-52 / 0.5) and one rounding to
      // f32.
      expect(Math.abs(x - expected[i])).toBeLessThan(2e-6);
    }
    expect(dataset.preprocessing.encoders[0]).toMatchObject({ kind: "number", column: 0 });
  });

  it("are standardised by the training part alone, the test part with it", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "train-images-idx2-float": idxOf("f32", [4, 1], [0.5, 1.5, 0.5, 1.5]),
      "train-labels-idx1-ubyte": idxOf("u8", [4], [0, 1, 0, 1]),
      "t10k-images-idx2-float": idxOf("f32", [2, 1], [1, 100]),
      "t10k-labels-idx1-ubyte": idxOf("u8", [2], [1, 0]),
    });
    const dataset = await openDataset(folder);
    expect([...dataset.X]).toEqual([-1, 1, -1, 1, 0, 198]);
    expect(dataset.preprocessing.encoders).toMatchObject([{ kind: "number", center: 1, spread: 0.5 }]);
    const few = await openDataset(folder, { examples: 2 });
    expect([...few.X]).toEqual([-1, 1, 0, 198]);
  });

  it("are standardised by the training part of a split", async () => {
    const values = Array.from({ length: 12 }, (_, i) => i / 2);
    const { X, train, test } = await openDataset(folderOf(idxOf("f64", [12, 1], values)), { testFraction: 0.25 });
    expect(test).toHaveLength(3);
    const sums = [...train].reduce(([s, q], column) => [s + X[column], q + X[column] ** 2], [0, 0]);
    // The mean is 0 and the deviation 1 over the training columns, within f32's 1e-6.
    expect(sums[0] / train.length).toBeCloseTo(0, 6);
    expect(sums[1] / train.length).toBeCloseTo(1, 6);
  });
});

describe("IDX labels", () => {
  const images = idxOf("u8", [12, 2, 3], pixels(255));
  const cases: readonly [string, Buffer, readonly string[], readonly number[]][] = [
    [
      "from 1, as EMNIST's letters",
      idxOf(
        "u8",
        [12],
        LABELS.map((k) => k + 1),
      ),
      ["1", "2", "3"],
      LABELS,
    ],
    [
      "with gaps",
      idxOf(
        "u8",
        [12],
        LABELS.map((k) => [0, 1, 200][k]),
      ),
      ["0", "1", "200"],
      LABELS,
    ],
    [
      "below 0",
      idxOf(
        "i8",
        [12],
        LABELS.map((k) => k - 1),
      ),
      ["-1", "0", "1"],
      LABELS,
    ],
    [
      "of 16 bits",
      idxOf(
        "i16",
        [12],
        LABELS.map((k) => -1000 * k),
      ),
      ["-2000", "-1000", "0"],
      LABELS.map((k) => 2 - k),
    ],
    [
      "of 32 bits",
      idxOf(
        "i32",
        [12],
        LABELS.map((k) => 1e9 + k),
      ),
      ["1000000000", "1000000001", "1000000002"],
      LABELS,
    ],
    ["that are floats", idxOf("f32", [12], LABELS), ["0", "1", "2"], LABELS],
    [
      "that are doubles, in a column",
      idxOf(
        "f64",
        [12, 1],
        LABELS.map((k) => -k),
      ),
      ["-2", "-1", "0"],
      LABELS.map((k) => 2 - k),
    ],
  ];
  it.each(cases)("%s are the classes, in numeric order", async (_, labels, classes, numbers) => {
    const dataset = await openDataset(folderOf(images, labels), ALL);
    expect(dataset.classes).toEqual(classes);
    expect([...dataset.labels]).toEqual(numbers);
  });

  it("beyond --examples are classes too, for a test set to have", async () => {
    const labels = idxOf(
      "u8",
      [12],
      Array.from({ length: 12 }, (_, i) => (i < 4 ? i % 2 : 7)),
    );
    const dataset = await openDataset(folderOf(images, labels), { ...ALL, examples: 4 });
    expect(dataset.classes).toEqual(["0", "1", "7"]);
    expect([...dataset.labels]).toEqual([0, 1, 0, 1]);
  });

  it("may be of 65,536 classes, and no more", async () => {
    const many = (count: number): string =>
      folderOf(
        idxOf("u8", [count, 1], new Uint8Array(count)),
        idxOf(
          "i32",
          [count],
          Array.from({ length: count }, (_, i) => i),
        ),
      );
    const dataset = await openDataset(many(65_536), ALL);
    expect(dataset.classes).toHaveLength(65_536);
    expect(dataset.labels[65_535]).toBe(65_535);
    await expect(openDataset(many(65_537), ALL)).rejects.toThrow(
      /train-labels.*expected at most 65536 classes, found one more \(label 65537\)/,
    );
  });
});

describe("IDX files that cannot be what they say", () => {
  const good = idxOf("u8", [12, 2, 3], pixels(255));
  const nan = pixels(255);
  nan[6 * 3 + 4] = Number.NaN;
  const infinite = pixels(255).map((x) => x / 2);
  infinite[71] = Number.NEGATIVE_INFINITY;
  const header = (...bytes: number[]): Buffer => Buffer.from(bytes);
  const cases: readonly [string, Buffer, Buffer | undefined, RegExp][] = [
    [
      "a pixel that is no number",
      idxOf("f32", [12, 2, 3], nan),
      undefined,
      /train-images-idx3-ubyte: expected finite numbers.*found NaN \(image 4, pixel 5\)/,
    ],
    ["an infinite pixel", idxOf("f64", [12, 2, 3], infinite), undefined, /found -Infinity \(image 12, pixel 6\)/],
    [
      "pixels that vary beyond doubles",
      idxOf(
        "f64",
        [12, 2, 3],
        pixels(255).map((_, i) => (Math.floor(i / 6) % 2 ? 1.7e308 : -1.7e308)),
      ),
      undefined,
      /pixel 1, which varies more than that/,
    ],
    [
      "a type that IDX has not",
      idx([12, 2, 3], new Uint8Array(72), 0x0a03),
      undefined,
      /expected an IDX type: unsigned bytes \(0x08\).* or doubles \(0x0e\), found 0x0a; check/,
    ],
    [
      "floats that are cut short",
      idxOf("f32", [12, 2, 3], pixels(99)).subarray(0, 200),
      undefined,
      /expected 304 bytes for 12 x 2 x 3 floats \(0x0d\), found 200, so it is cut short; download or copy it again/,
    ],
    ["no dimensions", header(0, 0, 8, 0), undefined, /expected an IDX file of at least one dimension/],
    [
      "dimensions cut short",
      header(0, 0, 8, 200, 0, 0, 0, 1),
      undefined,
      /expected an IDX header of 804 bytes, found 8 bytes/,
    ],
    ["a dimension of 0", header(0, 0, 8, 2, 0, 0, 0, 9, 0, 0, 0, 0), undefined, /found 9 x 0/],
    [
      "a product beyond 2^53",
      header(0, 0, 8, 3, ...new Array(12).fill(255)),
      undefined,
      /expected dimensions that a file can have, found 4294967295 x 4294967295 x 4294967295/,
    ],
    [
      "255 dimensions of 2^32 - 1",
      Buffer.concat([header(0, 0, 8, 255), Buffer.alloc(1020, 255)]),
      undefined,
      /\.\.\. \(255 dimensions\)/,
    ],
    [
      "images in place of labels",
      good,
      good,
      /train-labels.*expected labels, one number an example.*found 12 x 2 x 3 unsigned bytes \(0x08\); check that it is not the images/,
    ],
    [
      "one-hot labels",
      good,
      idxOf("u8", [12, 3], new Uint8Array(36)),
      /found 12 x 3 unsigned bytes.*write the number of the class/,
    ],
    [
      "labels in place of images",
      idxOf("u8", [12], LABELS),
      undefined,
      /train-images.*expected images.*found 12 unsigned bytes \(0x08\); check that it is not the labels/,
    ],
    [
      "labels with a fraction",
      good,
      idxOf(
        "f32",
        [12],
        LABELS.map((k) => k / 2),
      ),
      /train-labels.*expected whole numbers as labels, found 0.5 \(label 2\)/,
    ],
    [
      "labels that are no numbers",
      good,
      idxOf(
        "f64",
        [12],
        LABELS.map((k) => (k === 2 ? Number.NaN : k)),
      ),
      /found NaN \(label 3\)/,
    ],
    [
      "a web page",
      Buffer.from("<!DOCTYPE html><title>404</title>"),
      undefined,
      /found a web page \(HTML or XML\); download it again/,
    ],
    ["a zip archive", Buffer.from("PK\x03\x04..."), undefined, /found a zip archive.*; unpack it first/],
    ["a NumPy array", Buffer.from("\x93NUMPY\x01\x00", "latin1"), undefined, /found a NumPy array/],
    ["nothing", Buffer.alloc(0), undefined, /expected an IDX file, found an empty file/],
  ];
  it.each(cases)("%s: refused", async (_, images, labels, message) => {
    const attempt = openDataset(folderOf(images, labels), ALL);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });

  it("a gzipped file of 30 bytes that claims 4 GB is refused before memory is asked for", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "train-images-idx3-ubyte.gz": header(0, 0, 8, 3, 0, 16, 0, 0, 0, 0, 0, 64, 0, 0, 0, 64),
      "train-labels-idx1-ubyte": idxOf("u8", [12], LABELS),
    });
    await expect(
      openDataset(folder, {
        onAllocate: () => {
          throw new Error("asked for memory");
        },
      }),
    ).rejects.toThrow(
      /expected 4294967312 bytes for 1048576 x 64 x 64 unsigned bytes.*bytes of gzip, so it is cut short/,
    );
  });

  it("a test set of another scale is refused", async () => {
    const folder = folderOf(good);
    writeFiles(folder, {
      "t10k-images-idx3-ubyte": idxOf(
        "f32",
        [2, 2, 3],
        pixels(255)
          .slice(0, 12)
          .map((x) => x / 255),
      ),
      "t10k-labels-idx1-ubyte": idxOf("u8", [2], [0, 1]),
    });
    await expect(openDataset(folder)).rejects.toThrow(
      /t10k-images.*expected whole numbers from 0 to 255, unsigned bytes \(0x08\), like the images to train on, found other numbers, floats \(0x0d\)/,
    );
  });

  it("a gzip file of two members, one with padding, and one that is not called .gz are read", async () => {
    const { gzipSync } = await import("node:zlib");
    const folder = temporaryFolder();
    const halves = [good.subarray(0, 50), good.subarray(50)].map((half) => gzipSync(half));
    writeFileSync(join(folder, "train-images-idx3-ubyte.gz"), Buffer.concat(halves));
    const labels = gzipSync(idxOf("u8", [12], LABELS));
    writeFileSync(join(folder, "train-labels-idx1-ubyte"), Buffer.concat([labels, Buffer.alloc(512)]));
    expect((await openDataset(folder, ALL)).X).toEqual(Uint8Array.from(pixels(255)));
  });
});
