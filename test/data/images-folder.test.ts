import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Dataset, findImageFolder } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { sha256 } from "../support/digest.ts";
import { writeFiles } from "../support/idx-files.ts";
import { chunk, encode, gradient, png, shade } from "../support/image-files.ts";
import { openImages as open } from "../support/image-folders.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The first pixel of each column. */
const firsts = ({ X, inputs }: Dataset): number[] => [...X].filter((_, i) => i % inputs === 0);

/** The remarks without the one on dark pixels, which most images of these tests cause. */
const aboutFiles = ({ remarks }: Pick<Dataset, "remarks">): readonly string[] =>
  remarks.filter((remark) => !remark.startsWith("pixels go from"));

describe("Images in a folder a class", () => {
  it("are columns: classes by name, files by their names' code units, whatever the file system's order", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "dog/b.png": shade(5),
      "dog/A.png": shade(4),
      "cat/10.png": shade(2),
      "cat/9.png": shade(3),
      "cat/1.PNG": shade(1),
    });
    const dataset = await open(folder);
    expect(dataset).toMatchObject({ name: folder, inputs: 6, classes: ["cat", "dog"] });
    expect(firsts(dataset)).toEqual([1, 2, 3, 4, 5]);
    expect([...dataset.labels]).toEqual([0, 0, 0, 1, 1]);
    expect([...dataset.train]).toEqual([0, 1, 2, 3, 4]);
    expect(dataset.X).toBeInstanceOf(Uint8Array);
    expect(dataset.X.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(dataset.preprocessing.encoders).toMatchObject([{ kind: "pixels", factor: 1 / 255 }]);
    expect(aboutFiles(dataset)).toEqual(["5 images of 3 x 2 pixels, grey"]);
  });

  it("are ordered by number where classes are numbers", async () => {
    const folder = writeFiles(
      temporaryFolder(),
      Object.fromEntries(["10", "9", "0"].map((k) => [`${k}/a.png`, shade(Number(k))])),
    );
    expect(await open(folder)).toMatchObject({ classes: ["0", "9", "10"] });
  });

  it.each([
    ["train", "test"],
    ["Training", "Testing"],
    ["seg_train", "seg_test"],
    ["training_set", "test_set"],
  ])("may be in two parts, %s and %s", async (train, test) => {
    const folder = writeFiles(temporaryFolder(), {
      [`${train}/cat/1.png`]: shade(1),
      [`${train}/dog/1.png`]: shade(2),
      [`${test}/dog/1.png`]: shade(3),
    });
    const dataset = await open(folder, {});
    expect([[...dataset.train], [...dataset.test], [...dataset.labels]]).toEqual([[0, 1], [2], [0, 1, 1]]);
    expect(firsts(dataset)).toEqual([1, 2, 3]);
  });

  it("may be in an archive's folder of the same name", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "train/train/cat/1.png": shade(1),
      "train/train/dog/1.png": shade(2),
      "test/test/dog/1.png": shade(3),
    });
    expect((await open(folder, {})).test).toHaveLength(1);
  });

  it("of a validation part are tested on where there is no other, which is said", async () => {
    const files = { "train/cat/1.png": shade(1), "train/dog/1.png": shade(2), "val/dog/1.png": shade(3) };
    const dataset = await open(writeFiles(temporaryFolder(), files), {});
    expect(dataset.test).toHaveLength(1);
    expect(dataset.remarks).toContain('test set: the images in "val"');
    const three = await open(writeFiles(temporaryFolder(), { ...files, "test/cat/1.png": shade(4) }), {});
    expect(firsts(three)).toEqual([1, 2, 4]);
    expect(three.remarks).toContain('not read: the folders "val"');
  });

  it("may have a class called train", async () => {
    const folder = writeFiles(temporaryFolder(), { "train/1.png": shade(1), "bus/1.png": shade(2) });
    expect(await open(folder)).toMatchObject({ classes: ["bus", "train"] });
  });

  it("without a test part are split", async () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i % 2}/${i}.png`, shade(i)]));
    const dataset = await open(writeFiles(temporaryFolder(), files), { testFraction: 0.3 });
    expect([dataset.train.length, dataset.test.length]).toEqual([14, 6]);
  });

  it("give the first --examples of each class in turn, and the whole test part", async () => {
    const folder = writeFiles(temporaryFolder(), {
      ...Object.fromEntries([1, 2, 3, 4].map((i) => [`train/a/${i}.png`, shade(i)])),
      "train/b/5.png": shade(5),
      "train/c/6.png": shade(6),
      "train/c/7.png": shade(7),
      "test/a/8.png": shade(8),
    });
    expect(firsts(await open(folder, { examples: 5 }))).toEqual([1, 2, 5, 6, 7, 8]);
    expect(firsts(await open(folder, { examples: 2 }))).toEqual([1, 5, 8]);
    expect(firsts(await open(folder, { examples: 100 }))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("may be links", async () => {
    const folder = writeFiles(temporaryFolder(), { "pool/1.png": shade(1), "pool/2.png": shade(2) });
    mkdirSync(join(folder, "links/a"), { recursive: true });
    symlinkSync(join(folder, "pool/1.png"), join(folder, "links/a/x.png"));
    mkdirSync(join(folder, "other"));
    symlinkSync(join(folder, "pool"), join(folder, "links/b"));
    expect(firsts(await open(join(folder, "links")))).toEqual([1, 1, 2]);
  });

  it("leave out what is hidden or no image, and say so", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "cat/1.png": shade(1),
      "cat/Thumbs.db": Buffer.from("x"),
      "cat/.hidden.png": Buffer.from("x"),
      "cat/more/2.png": shade(9),
      "dog/1.png": shade(2),
      "dog/notes.txt": Buffer.from("x"),
      ".ipynb_checkpoints/1.png": shade(9),
      "__MACOSX/cat/1.png": shade(9),
      "readme.md": Buffer.from("x"),
      "cover.png": shade(9, 9, 9),
    });
    const dataset = await open(folder);
    expect(firsts(dataset)).toEqual([1, 2]);
    expect(aboutFiles(dataset)).toEqual([
      'not read, for they are no images: 3 (".hidden.png", "Thumbs.db", "notes.txt")',
      'not read: folders inside those of classes ("cat/more")',
      'not read: images beside the folders ("cover.png")',
      "2 images of 3 x 2 pixels, grey",
    ]);
  });

  it("are the same bytes on any number of threads", async () => {
    // Images of 300 x 300 give eight jobs of five images.
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `${i % 3}/${i}.png`,
        png({
          width: 300,
          height: 300,
          colour: i % 7 === 0 ? 2 : 0,
          rows: Uint8Array.from({ length: 270_000 }, (_, p) => p * (i + 1) + (p >> 5)),
        }),
      ]),
    );
    const folder = writeFiles(temporaryFolder(), files);
    const one = await open(folder, { threads: 1 });
    const progress: number[] = [];
    const three = await open(folder, { threads: 3, onProgress: ({ done }) => progress.push(done) });
    expect(sha256(three.X)).toBe(sha256(one.X));
    expect(progress).toHaveLength(8);
    expect(progress.at(-1)).toBe(40);
  });

  it("tell how large they are before memory is asked for", async () => {
    const folder = writeFiles(temporaryFolder(), { "a/1.png": shade(1), "b/1.png": shade(1) });
    const sizes: unknown[] = [];
    await open(folder, { onAllocate: (size) => sizes.push(size) });
    expect(sizes).toEqual([{ bytes: 12, inputs: 6, examples: 2, classes: 2 }]);
  });

  it("are not looked for in folders of other things", async () => {
    expect(
      await findImageFolder(
        writeFiles(temporaryFolder(), { "a/rows.csv": Buffer.from("x"), "b.txt": Buffer.from("x") }),
      ),
    ).toBeUndefined();
  });
});

describe("PNG of any kind", () => {
  /** X of one image, which the dataset has twice. */
  async function pixels(image: Buffer): Promise<{ readonly X: number[]; readonly remarks: readonly string[] }> {
    const { X, remarks } = await open(writeFiles(temporaryFolder(), { "a/1.png": image, "b/1.png": image }));
    return { X: [...X.subarray(0, X.length / 2)], remarks: aboutFiles({ remarks }) };
  }
  const rows = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

  it.each([
    [
      "grey of 1 bit",
      png({ width: 3, height: 2, depth: 1, rows: rows(0b10100000, 0b01000000) }),
      [255, 0, 255, 0, 255, 0],
    ],
    ["grey of 2 bits", png({ width: 3, height: 1, depth: 2, rows: rows(0b00011100) }), [0, 85, 255]],
    ["grey of 4 bits", png({ width: 3, height: 1, depth: 4, rows: rows(0x0f, 0x80) }), [0, 255, 136]],
    ["colour", png({ width: 2, height: 1, colour: 2, rows: rows(1, 2, 3, 4, 5, 6) }), [1, 2, 3, 4, 5, 6]],
    [
      "a palette of colours",
      png({ width: 3, height: 1, colour: 3, depth: 2, palette: [1, 2, 3, 4, 5, 6, 7, 8, 9], rows: rows(0b10000100) }),
      [7, 8, 9, 1, 2, 3, 4, 5, 6],
    ],
    [
      "a palette of greys",
      png({ width: 2, height: 1, colour: 3, palette: [9, 9, 9, 200, 200, 200], rows: rows(1, 0) }),
      [200, 9],
    ],
  ])("%s", async (_, image, expected) => {
    expect((await pixels(image)).X).toEqual(expected);
  });

  it("is taken without its opacity, which is said", async () => {
    const grey = await pixels(png({ width: 2, height: 1, colour: 4, rows: rows(7, 0, 8, 255) }));
    expect(grey).toEqual({
      X: [7, 8],
      remarks: ["2 images of 2 x 1 pixels, grey", "images with transparency: 2 (it is not used)"],
    });
    const colour = await pixels(png({ width: 1, height: 1, colour: 6, rows: rows(1, 2, 3, 0) }));
    expect(colour.X).toEqual([1, 2, 3]);
    const marked = await pixels(png({ width: 2, height: 1, rows: rows(5, 6), extra: [chunk("tRNS", rows(0, 5))] }));
    expect(marked.X).toEqual([5, 6]);
    expect(marked.remarks).toHaveLength(2);
  });

  it("of 16 bits gives the upper 8, which is said", async () => {
    const { X, remarks } = await pixels(png({ width: 2, height: 1, depth: 16, rows: rows(0x12, 0xff, 0x80, 0x01) }));
    expect(X).toEqual([0x12, 0x80]);
    expect(remarks).toContain("images of 16 bits a sample: 2 (the upper 8 are used)");
  });

  it("is in colour for all where one of them is", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "a/1.png": shade(9, 1, 1),
      "b/1.png": png({ width: 1, height: 1, colour: 2, rows: rows(1, 2, 3) }),
    });
    const dataset = await open(folder);
    expect([...dataset.X]).toEqual([9, 9, 9, 1, 2, 3]);
    expect(aboutFiles(dataset)).toEqual([
      "2 images of 1 x 1 pixels, in colour",
      "grey images among them: 1 (their grey stands for red, green and blue)",
    ]);
  });

  it("of an encoder of others is read, also under JPEG's name", async () => {
    const image = await encode("png", gradient(5, 4, [10, 20, 30]), 5);
    const folder = writeFiles(temporaryFolder(), { "a/1.jpg": image, "b/1.png": image });
    const expected = [...gradient(5, 4, [10, 20, 30])].filter((_, i) => i % 4 !== 3);
    expect([...(await open(folder)).X]).toEqual([...expected, ...expected]);
  });
});

describe("JPEG", () => {
  it.each([
    ["grey", { color_space: 1, progressive: false, baseline: true }, 1],
    ["in colour", { progressive: false, baseline: true, chroma_subsample: 1, auto_subsample: false }, 3],
    ["progressive", { progressive: true, chroma_subsample: 1, auto_subsample: false }, 3],
  ])("%s is decoded to within 4 of 255 of what was encoded", async (_, options, channels) => {
    const step = channels === 1 ? ([5, 5, 5] as const) : ([5, 2, 8] as const);
    const rgba = gradient(17, 9, step);
    const image = await encode("jpeg", rgba, 17, { quality: 95, ...options });
    const { X, inputs } = await open(writeFiles(temporaryFolder(), { "a/1.jpg": image, "b/2.JPEG": image }));
    expect(inputs).toBe(17 * 9 * channels);
    for (let i = 0; i < inputs; i++) {
      const expected = rgba[4 * Math.floor(i / channels) + (i % channels)];
      expect(Math.abs(X[i] - expected)).toBeLessThanOrEqual(4);
    }
  });
});
