import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { findIdxFiles, openDataset, readIdx } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { idxOf, someImages, writeFiles } from "../support/idx-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const { images, labels } = someImages(12, 2, 3);
const EMPTY = Buffer.alloc(0);

/** The paths that are found, relative to the folder. */
async function found(folder: string, path = folder): Promise<readonly (string | undefined)[] | undefined> {
  const files = await findIdxFiles(path);
  if (files === undefined) return undefined;
  const { train, test } = files;
  return [train.images, train.labels, test?.images, test?.labels].map((file) => file?.slice(folder.length + 1));
}

describe("IDX files are found under the names of", () => {
  it.each([
    ["MNIST", "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"],
    [
      "MNIST, gzipped",
      "train-images-idx3-ubyte.gz",
      "train-labels-idx1-ubyte.gz",
      "t10k-images-idx3-ubyte.gz",
      "t10k-labels-idx1-ubyte.gz",
    ],
    [
      "Kaggle",
      "train-images.idx3-ubyte",
      "train-labels.idx1-ubyte",
      "t10k-images.idx3-ubyte",
      "t10k-labels.idx1-ubyte",
    ],
    [
      "EMNIST",
      "emnist-letters-train-images-idx3-ubyte",
      "emnist-letters-train-labels-idx1-ubyte.gz",
      "emnist-letters-test-images-idx3-ubyte",
      "emnist-letters-test-labels-idx1-ubyte.gz",
    ],
    [
      "test in place of t10k",
      "train-images-idx3-ubyte",
      "train-labels-idx1-ubyte",
      "test-images-idx3-ubyte",
      "test-labels-idx1-ubyte",
    ],
    [
      "other types and shapes",
      "train-images-idx4-float",
      "train-labels-idx1-int",
      "test-images-idx2-short",
      "test-labels-idx2-double.gz",
    ],
    ["no -ubyte", "train-images-idx3", "train-labels-idx1", "t10k-images.idx3", "t10k-labels.idx"],
    [
      "upper case",
      "Train-Images-IDX3-ubyte",
      "TRAIN-LABELS-IDX1-UBYTE.GZ",
      "T10K-images-idx3-ubyte",
      "t10k-Labels-idx1-ubyte",
    ],
    [
      "underscores",
      "my_train_images_idx3_ubyte",
      "my_train_labels_idx1_ubyte",
      "my_t10k_images_idx3_ubyte",
      "my_t10k_labels_idx1_ubyte",
    ],
  ])("%s", async (_, ...names) => {
    const folder = writeFiles(
      temporaryFolder(),
      Object.fromEntries([...names, "readme.txt"].map((name) => [name, EMPTY])),
    );
    expect(await found(folder)).toEqual(names);
  });

  it("folders of these names, as Kaggle's archive unpacks to", async () => {
    const names = ["train-images", "train-labels", "t10k-images", "t10k-labels"].map(
      (part) => `${part}-idx${part.endsWith("images") ? 3 : 1}-ubyte`,
    );
    const folder = writeFiles(temporaryFolder(), Object.fromEntries(names.map((name) => [`${name}/${name}`, EMPTY])));
    expect(await found(folder)).toEqual(names.map((name) => `${name}/${name}`));
  });

  it("links to them", async () => {
    const folder = writeFiles(temporaryFolder(), { "a/x": images, "b/train-labels-idx1-ubyte": labels });
    symlinkSync(join(folder, "a/x"), join(folder, "b/train-images-idx3-ubyte"));
    expect((await openDataset(join(folder, "b"), { testFraction: 0 })).labels).toHaveLength(12);
  });
});

describe("Of IDX files that say the same,", () => {
  it("a file goes before a folder, and a plain one before a gzipped one", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "train-images-idx3-ubyte/train-images-idx3-ubyte": EMPTY,
      "train-images.idx3-ubyte": EMPTY,
      "train-labels-idx1-ubyte.gz": EMPTY,
      "train-labels.idx1-ubyte": EMPTY,
    });
    expect(await found(folder)).toEqual(["train-images.idx3-ubyte", "train-labels.idx1-ubyte", undefined, undefined]);
  });
});

describe("Several IDX datasets in one directory", () => {
  const names = (prefix: string): readonly string[] => [
    `${prefix}train-images-idx3-ubyte`,
    `${prefix}train-labels-idx1-ubyte`,
  ];
  const folderWith = (...prefixes: string[]): string =>
    writeFiles(
      temporaryFolder(),
      Object.fromEntries(prefixes.flatMap((prefix) => names(prefix).map((name) => [name, EMPTY]))),
    );
  const EMNIST = ["emnist-balanced-", "emnist-byclass-", "emnist-bymerge-", "emnist-letters-"];

  it("are listed, with how to choose one", async () => {
    const folder = folderWith(...EMNIST);
    await expect(findIdxFiles(folder)).rejects.toThrow(
      `${folder}: expected the files of one dataset, found those of 4: ` +
        "emnist-balanced, emnist-byclass, emnist-bymerge, emnist-letters; " +
        `choose one by the beginning of its names: ${join(folder, "emnist-balanced")}`,
    );
  });

  it.each(["emnist-letters", "emnist-letters-", "emnist-let", "EMNIST-Letters"])(
    "are told apart by %s",
    async (start) => {
      const folder = folderWith(...EMNIST);
      expect(await found(folder, join(folder, start))).toEqual([...names("emnist-letters-"), undefined, undefined]);
    },
  );

  it("are listed where a beginning fits several", async () => {
    const folder = folderWith(...EMNIST);
    await expect(findIdxFiles(join(folder, "emnist-by"))).rejects.toThrow(
      /found those of 2: emnist-byclass, emnist-bymerge/,
    );
  });

  it("are told apart by a whole name that another one begins with", async () => {
    const folder = folderWith("a-", "a-b-");
    expect(await found(folder, join(folder, "a"))).toEqual([...names("a-"), undefined, undefined]);
  });

  it("give the one with MNIST's names, and say what is beside it", async () => {
    const folder = folderWith("", "emnist-letters-");
    expect(await found(folder)).toEqual([...names(""), undefined, undefined]);
    expect((await findIdxFiles(folder))?.remarks).toEqual([
      `beside it: emnist-letters (to take one: ${join(folder, "emnist-letters")})`,
    ]);
  });

  it("give nothing for a beginning that none has", async () => {
    const folder = folderWith(...EMNIST);
    expect(await findIdxFiles(join(folder, "kmnist"))).toBeUndefined();
    expect(await findIdxFiles(join(folder, "missing", "emnist"))).toBeUndefined();
  });
});

describe("One IDX file", () => {
  it("stands for its dataset, and is what is read", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "a-train-images-idx3-ubyte": EMPTY,
      "a-train-images-idx3-ubyte.gz": images,
      "a-train-labels-idx1-ubyte": labels,
      "b-train-images-idx3-ubyte": EMPTY,
    });
    const path = join(folder, "a-train-images-idx3-ubyte.gz");
    expect(await found(folder, path)).toEqual([
      "a-train-images-idx3-ubyte.gz",
      "a-train-labels-idx1-ubyte",
      undefined,
      undefined,
    ]);
    expect((await readIdx(path, (await findIdxFiles(path))!, { testFraction: 0 })).labels).toHaveLength(12);
  });

  it("without a partner is refused", async () => {
    const folder = writeFiles(temporaryFolder(), { "train-images-idx3-ubyte": images });
    await expect(findIdxFiles(join(folder, "train-images-idx3-ubyte"))).rejects.toThrow(
      /expected both images and labels/,
    );
  });

  it("of a name that says nothing is recognised by its content", async () => {
    const folder = writeFiles(temporaryFolder(), {
      "digits.bin.gz": idxOf("f32", [1, 1], [1]),
      "rows.csv": Buffer.from("a,b\n1,2\n"),
    });
    await expect(findIdxFiles(join(folder, "digits.bin.gz"))).rejects.toThrow(
      /found an IDX file of another name; rename it/,
    );
    expect(await findIdxFiles(join(folder, "rows.csv"))).toBeUndefined();
  });
});

it("A test set alone is refused", async () => {
  const folder = writeFiles(temporaryFolder(), { "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": labels });
  const attempt = findIdxFiles(folder);
  await expect(attempt).rejects.toThrow(/expected images and labels to train on.*only those to test on/);
  await expect(attempt).rejects.toBeInstanceOf(InputError);
});

it("A directory with nothing of that kind is none of IDX files", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "train-images"));
  expect(await findIdxFiles(folder)).toBeUndefined();
});
