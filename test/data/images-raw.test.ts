import { join } from "node:path";
import { readRawImages } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { idxOf, someImages, writeFiles } from "../support/idx-files.ts";
import { png, shade } from "../support/image-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { images, labels } = someImages(12, 2, 3);
const few = someImages(4, 2, 2);
const IMAGES = "train-images-idx3-ubyte";
const LABELS = "train-labels-idx1-ubyte";

describe("Raw images of IDX files", () => {
  it("are the test part where there is one, with labels as text", async () => {
    const folder = writeFiles(temporaryFolder(), {
      [IMAGES]: images,
      [LABELS]: labels,
      "t10k-images-idx3-ubyte": few.images,
      "t10k-labels-idx1-ubyte": idxOf("i8", [4], [-1, 5, -1, 100]),
    });
    const raw = await readRawImages(folder);
    expect(raw).toMatchObject({ inputs: 4, count: 4, labels: ["-1", "5", "-1", "100"], ids: undefined });
    expect(raw?.X).toEqual(new Uint8Array(few.images.subarray(16)));
    expect(raw?.remarks).toEqual([`images: ${join(folder, "t10k-images-idx3-ubyte")}`, "4 images of 2 x 2"]);
    expect((await readRawImages(folder, { part: "train" }))?.count).toBe(12);
  });

  it("need no labels, no training part and no name", async () => {
    const folder = writeFiles(temporaryFolder(), { "t10k-images-idx3-ubyte.gz": few.images });
    expect(await readRawImages(folder)).toMatchObject({ count: 4, labels: undefined });
    writeFiles(folder, { "new.bin": few.images });
    expect(await readRawImages(join(folder, "new.bin"))).toMatchObject({ count: 4, labels: undefined });
  });

  it("of one file have the labels of its partner", async () => {
    const folder = writeFiles(temporaryFolder(), { [IMAGES]: few.images, [LABELS]: few.labels });
    expect(await readRawImages(join(folder, IMAGES))).toMatchObject({ labels: ["0", "1", "0", "1"] });
  });

  it("that are no bytes are doubles as they stand there", async () => {
    const values = [1e8, 1e8 + 0.5, -3, 0.1];
    const folder = writeFiles(temporaryFolder(), { "x-test-images-idx2-double": idxOf("f64", [2, 2], values) });
    const raw = await readRawImages(join(folder, "x"));
    expect(raw?.X).toEqual(Float64Array.from(values));
    expect(raw?.X.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it("of doubles that are whole numbers from 0 to 255 are bytes", async () => {
    const folder = writeFiles(temporaryFolder(), { "test-images-idx2-double": idxOf("f64", [2, 2], [0, 255, 7, 8]) });
    expect((await readRawImages(folder))?.X).toEqual(Uint8Array.of(0, 255, 7, 8));
  });

  it("are refused where they are not of the model's size, or not numbers", async () => {
    const folder = writeFiles(temporaryFolder(), { [IMAGES]: few.images });
    await expect(readRawImages(folder, { inputs: 784 })).rejects.toThrow(
      /train-images-idx3-ubyte: expected images of 784 values, as the model was trained on, found 4;/,
    );
    writeFiles(folder, { "test-images-idx2-float": idxOf("f32", [1, 2], [1, Number.NaN]) });
    await expect(readRawImages(folder)).rejects.toThrow(/found NaN \(image 1, pixel 2\)/);
    writeFiles(folder, { [LABELS]: labels });
    await expect(readRawImages(folder, { part: "train" })).rejects.toThrow(/expected 4 labels, one for each image/);
    await expect(readRawImages(join(folder, LABELS))).rejects.toThrow(/expected images.*found 12 unsigned bytes/);
  });
});

describe("Raw images of PNG and JPEG files", () => {
  it("in a folder have their names as ids", async () => {
    const folder = writeFiles(temporaryFolder(), { "2.png": shade(2), "10.png": shade(10), "x.txt": Buffer.from("x") });
    expect(await readRawImages(folder)).toMatchObject({
      inputs: 6,
      count: 2,
      ids: ["10.png", "2.png"],
      labels: undefined,
    });
  });

  it("in a folder a class have its name as label", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "b/2.png": shade(2),
      "a/1.png": shade(1),
      "cover.png": shade(9, 9, 9),
    });
    const raw = await readRawImages(folder, { threads: 2 });
    expect(raw).toMatchObject({ ids: ["a/1.png", "b/2.png"], labels: ["a", "b"] });
    expect([...raw!.X]).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2]);
  });

  it("are the test part where there is one", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "train/a/1.png": shade(1),
      "train/b/1.png": shade(2),
      "test/b/3.png": shade(3),
    });
    expect(await readRawImages(folder)).toMatchObject({ ids: ["test/b/3.png"], labels: ["b"] });
    expect(await readRawImages(folder, { part: "train" })).toMatchObject({ labels: ["a", "b"] });
  });

  it("may be one file", async () => {
    const folder = writeFiles(temporaryFolder(), { "a.png": shade(7, 1, 1) });
    expect(await readRawImages(join(folder, "a.png"))).toMatchObject({ X: Uint8Array.of(7), ids: ["a.png"] });
  });

  it("that are grey become colour for a model of colour; not the other way round", async () => {
    const colour = png({ width: 1, height: 1, colour: 2, rows: Uint8Array.of(1, 2, 3) });
    const folder = writeFiles(temporaryFolder(), { "grey/1.png": shade(7, 1, 1), "colour/1.png": colour });
    expect(await readRawImages(join(folder, "grey"), { inputs: 3 })).toMatchObject({ X: Uint8Array.of(7, 7, 7) });
    await expect(readRawImages(join(folder, "colour"), { inputs: 1 })).rejects.toThrow(
      /colour\/1\.png: expected images of 1 values, as the model was trained on, found 3/,
    );
    await expect(readRawImages(join(folder, "grey"), { inputs: 784 })).rejects.toThrow(
      /images of 784 values.*found 1;/,
    );
  });
});

it("There are no raw images in other things", async () => {
  const folder = writeFiles(temporaryFolder(), { "rows.csv": Buffer.from("a,b\n1,2\n"), "d/x": Buffer.from("x") });
  expect(await readRawImages(folder)).toBeUndefined();
  expect(await readRawImages(join(folder, "rows.csv"))).toBeUndefined();
  expect(await readRawImages(join(folder, "nothing"))).toBeUndefined();
});
