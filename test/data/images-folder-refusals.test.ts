import { deflateSync } from "node:zlib";
import { InputError } from "@scratch-nn/core";
import { beforeAll, describe, expect, it } from "vitest";
import { sha256 } from "../support/digest.ts";
import { writeFiles } from "../support/idx-files.ts";
import { chunk, encode, gradient, png, shade } from "../support/image-files.ts";
import { openImages as open } from "../support/image-folders.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

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
