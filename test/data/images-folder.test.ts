import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { InputError } from "@scratch-nn/core";
import { type Dataset, findImageFolder, type ImageFolderOptions, readImageFolder } from "@scratch-nn/data";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../support/digest.ts";
import { writeFiles } from "../support/idx-files.ts";
import { chunk, encode, gradient, png, shade } from "../support/image-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

async function open(folder: string, options: ImageFolderOptions = { testFraction: 0 }): Promise<Dataset> {
  return readImageFolder(folder, (await findImageFolder(folder))!, options);
}

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

describe("Images that cannot be used", () => {
  let jpeg: Buffer;
  beforeAll(async () => {
    jpeg = await encode("jpeg", gradient(32, 32, [3, 2, 1]), 32, { progressive: false, baseline: true });
  });
  const huge = { width: 2 ** 31 - 1, height: 2 ** 31 - 1, compressed: deflateSync(Buffer.alloc(10)) };
  const bomb = deflateSync(Buffer.alloc(50_000_000));
  const flip = (image: Buffer, at: number): Buffer => {
    const copy = Buffer.from(image);
    copy[at] ^= 0x10;
    return copy;
  };

  it.each<[string, () => Buffer, RegExp]>([
    [
      "of another size",
      () => shade(1, 4, 4),
      /b\/2\.png: expected an image of 3 x 2 pixels, as .*a\/1\.png is, found 4 x 4/,
    ],
    [
      "a PNG that claims 2^31 x 2^31",
      () => png(huge),
      /expected an image of 1 to 4194304 pixels .*found 2147483647 x 2147483647/,
    ],
    [
      "a JPEG that claims 65535 x 65535",
      () => Buffer.from("ffd8ffc0000b08ffffffff01011100ffd9", "hex"),
      /found 65535 x 65535/,
    ],
    ["a PNG of 0 x 2", () => png({ width: 0, height: 2 }), /found 0 x 2/],
    [
      "a PNG that decompresses to 50 MB",
      () => png({ width: 3, height: 2, compressed: bomb }),
      /expected a whole PNG image, found more pixels than its size/,
    ],
    [
      "a PNG of too few pixels",
      () => png({ width: 3, height: 2, compressed: deflateSync(Buffer.alloc(5)) }),
      /found pixels that are cut short \(5 of 8 bytes\)/,
    ],
    [
      "a colour profile that decompresses to 50 MB",
      () => png({ width: 3, height: 2, extra: [chunk("iCCP", Buffer.concat([Buffer.from("x\0\0"), bomb]))] }),
      /found pixels that its decoder refuses/,
    ],
    [
      "a PNG with damaged pixels",
      () => png({ width: 3, height: 2, compressed: flip(deflateSync(Buffer.alloc(8, 3)), 3) }),
      /found (damaged pixels|pixels)/,
    ],

    [
      "a PNG with an unknown filter",
      () => png({ width: 3, height: 2, compressed: deflateSync(Buffer.from([9, 1, 1, 1, 9, 1, 1, 1])) }),
      /found pixels that its decoder refuses/,
    ],
    ["a PNG with a wrong checksum", () => flip(shade(1), 45), /found damaged data \(chunk "IDAT"\)/],
    ["a PNG cut short in its pixels", () => shade(1).subarray(0, 50), /found one that is cut short/],
    ["a PNG cut short in its header", () => shade(1).subarray(0, 20), /found one that is cut short/],
    [
      "a PNG without pixels",
      () => Buffer.concat([shade(1).subarray(0, 33), chunk("IEND", Buffer.alloc(0))]),
      /without pixels/,
    ],
    ["a PNG of a colour type that is none", () => flip(shade(1), 25), /found depth 8, colour type 16/],
    ["a PNG without its palette", () => png({ width: 3, height: 2, colour: 3 }), /without its palette/],

    [
      "a JPEG cut short in its header",
      () => jpeg.subarray(0, 100),
      /expected a whole image, found one that is cut short/,
    ],
    [
      "a JPEG of four inks",
      () => Buffer.from("ffd8ffc0001408000200030401110002110003110004110000ffd9", "hex"),
      /found one of four inks \(CMYK\); convert it to PNG/,
    ],
    [
      "a JPEG of 12 bits",
      () => Buffer.from("ffd8ffc1000b0c00020003010111 00ffd9".replace(" ", ""), "hex"),
      /found one of 12 bits a sample/,
    ],
    [
      "a lossless JPEG",
      () => Buffer.from("ffd8ffc3000b080002000301011100ffd9", "hex"),
      /found one of lossless, hierarchical or arithmetic coding/,
    ],
    ["an empty file", () => Buffer.alloc(0), /b\/2\.png: expected a PNG or JPEG image, found an empty file/],
    ["a GIF of that suffix", () => Buffer.from("GIF89a..."), /found a GIF image; convert it to PNG or JPEG/],
    ["a web page", () => Buffer.from("<html>404</html>"), /found a web page/],
    [
      "a pointer of Git LFS",
      () => Buffer.from("version https://git-lfs.github.com/spec/v1\n"),
      /found a pointer of Git LFS.*git lfs pull/,
    ],
    ["other bytes", () => Buffer.from([1, 2, 3, 4, 5]), /found bytes 01 02 03 04; replace or delete that file/],
  ])("%s: refused by name", async (_, image, message) => {
    const folder = writeFiles(temporaryFolder(), { "a/1.png": shade(1), "b/1.png": shade(2), "b/2.png": image() });
    const attempt = open(folder);
    await expect(attempt).rejects.toThrow(/b\/2\.png/);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });

  it.each<[string, (image: Buffer) => Buffer, RegExp]>([
    [
      "cut short in its pixels",
      (image) => image.subarray(0, image.length - 40),
      /b\/1\.jpg: .*found Premature end of JPEG/,
    ],
    [
      "cut short before its pixels",
      (image) => image.subarray(0, image.indexOf("ffda", "hex")),
      /found Invalid JPEG file structure: missing SOS marker/,
    ],
    [
      "without tables",
      (image) => Buffer.concat([image.subarray(0, 2), image.subarray(image.indexOf("ffc0", "hex"))]),
      /found /,
    ],
  ])("a JPEG %s is refused and does not spoil the next one", async (_, harm, message) => {
    const whole = writeFiles(temporaryFolder(), { "a/1.jpg": jpeg, "b/1.jpg": jpeg });
    const before = sha256((await open(whole)).X);
    const broken = open(writeFiles(temporaryFolder(), { "a/1.jpg": jpeg, "b/1.jpg": harm(jpeg) }));
    await expect(broken).rejects.toThrow(message);
    await expect(broken).rejects.toBeInstanceOf(InputError);
    expect(sha256((await open(whole)).X)).toBe(before);
  });

  it("a JPEG with bytes too many is read as other programs do, which is said", async () => {
    const end = jpeg.length - 2;
    const more = Buffer.concat([jpeg.subarray(0, end), Buffer.from([1, 2, 3]), jpeg.subarray(end)]);
    const { X, remarks } = await open(writeFiles(temporaryFolder(), { "a/1.jpg": jpeg, "b/1.jpg": more }));
    expect(X.subarray(X.length / 2)).toEqual(X.subarray(0, X.length / 2));
    expect(remarks.at(-1)).toMatch(/JPEG files that are not quite right: 1, .*\(.*b\/1\.jpg: .*extraneous bytes/);
  });

  it("the first one counts, on any number of threads", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${i % 2}/${i + 10}.png`, png({ width: 300, height: 300 })]),
    );
    const folder = writeFiles(temporaryFolder(), files);
    writeFiles(folder, { "0/30.png": flip(files["0/30.png"], 60), "1/45.png": flip(files["1/45.png"], 60) });
    for (const threads of [1, 3]) await expect(open(folder, { threads })).rejects.toThrow(/0\/30\.png: .*damaged/);
  });
});

describe("Folders that leave a class open", () => {
  it.each<[string, Readonly<Record<string, Buffer>>, RegExp]>([
    [
      "images without folders",
      { "1.png": shade(1), "2.png": shade(2) },
      /expected images in a folder a class .*found 2 images without a class, such as "1.png"/,
    ],
    [
      "images without folders in train and test",
      { "train/1.png": shade(1), "test/2.png": shade(2) },
      /test: expected images in a folder a class/,
    ],
    [
      "an empty class",
      { "cat/1.png": shade(1), "dog/notes.txt": Buffer.from("x") },
      /dog: expected PNG or JPEG images in the folder of each class, found none/,
    ],
    ["a class of folders", { "cat/1.png": shade(1), "dog/poodle/1.png": shade(1) }, /dog: .*found folders: "poodle"/],
    ["one class", { "cat/1.png": shade(1) }, /expected examples of at least two classes, found only "cat"/],
    [
      "a class that only the test part has",
      { "train/cat/1.png": shade(1), "train/dog/1.png": shade(1), "test/Dog/1.png": shade(1) },
      /test\/Dog: expected a class seen in training: "cat", "dog", found "Dog"/,
    ],
    [
      "a test part alone",
      { "test/cat/1.png": shade(1) },
      /expected one folder with images to train on, called train, found none, but "test"/,
    ],
    [
      "two parts to train on",
      { "train/cat/1.png": shade(1), "train_set/cat/1.png": shade(1) },
      /found several: "train", "train_set"/,
    ],
    [
      "other formats among them",
      { "cat/1.png": shade(1), "dog/1.png": shade(1), "dog/2.webp": shade(1) },
      /dog: expected PNG and JPEG images, found 1 of another format, such as "2.webp"; convert/,
    ],
  ])("%s: refused", async (_, files, message) => {
    const attempt = open(writeFiles(temporaryFolder(), files));
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });
});
