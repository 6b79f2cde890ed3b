import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { writeFiles } from "../support/idx-files.ts";
import { shade } from "../support/image-files.ts";
import { writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const TABLE = "x,kind\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n";

describe("A directory of tables", () => {
  it.each(["test.csv", "TEST.csv", "mydata_test.csv", "mnist-test.tsv.gz"])(
    "whose only table is %s is refused: its rows would be trained on and tested on",
    async (name) => {
      const folder = temporaryFolder();
      writeTable(TABLE, name, folder);
      await expect(openDataset(folder)).rejects.toThrow(
        `expected a table to train on (train.csv), found only one to test on (${name}); put the other one beside it, or pass the path of ${name}`,
      );
    },
  );

  it("is split where its only table has another name, even one in which test is a part of a word", async () => {
    const folder = temporaryFolder();
    writeTable(TABLE, "contest.csv", folder);
    const { train, test, remarks } = await openDataset(folder, { testFraction: 0.5 });
    expect([...train, ...test].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(remarks.join()).not.toContain("not read");
  });

  it("says which tables it does not read", async () => {
    const folder = temporaryFolder();
    for (const name of ["a_train.csv", "b_train.csv", "test.csv", "test.csv.gz", "valid.csv"]) {
      writeTable(TABLE, name, folder);
    }
    const { remarks } = await openDataset(folder);
    expect(remarks[0]).toBe("not read: b_train.csv, test.csv.gz, valid.csv beside a_train.csv");
  });
});

describe("A directory of tables and images", () => {
  const classes = { "cat/1.png": shade(1), "cat/2.png": shade(2), "dog/1.png": shade(3), "dog/2.png": shade(4) };
  const table = Buffer.from(TABLE);

  it.each([
    ["meta.csv", classes],
    ["labels.tsv.gz", classes],
    ["train.csv", classes],
    ["test.csv", classes],
    ["data.csv", { "train/cat/1.png": shade(1), "train/dog/1.png": shade(2) }],
    ["data.csv", { "cat/1.webp": Buffer.from("x"), "dog/1.webp": Buffer.from("x") }],
  ])("in a folder per class beside %s is refused, and both are named", async (name, images) => {
    const folder = writeFiles(temporaryFolder(), { ...images, [name]: table });
    const folders = Object.keys(images)[0].startsWith("train") ? '"train"' : '"cat", "dog"';
    await expect(openDataset(folder)).rejects.toThrow(
      `expected either tables or images in a folder per class, found both: ${name} and the folders ${folders}, which hold images; pass the path of ${name} to train on the table, or move it away to train on the images`,
    );
  });

  it.each([
    ["a list of names or a licence", ["train.txt"]],
    ["several tables, none of them train.csv", ["a.csv", "b.csv"]],
  ])("is one of images beside %s, which is said", async (_, names) => {
    const tables = Object.fromEntries(names.map((name) => [name, table]));
    const { classes: found, remarks } = await openDataset(writeFiles(temporaryFolder(), { ...classes, ...tables }));
    expect(found).toEqual(["cat", "dog"]);
    expect(remarks[0]).toBe(`not read: ${names.join(", ")} beside the folders of images`);
  });

  it("is one of tables where the images have no classes, which is said", async () => {
    const images = { "plots/1.png": shade(1), "loss.png": shade(2) };
    const folder = writeFiles(temporaryFolder(), { ...images, "data.csv": table });
    symlinkSync(join(folder, "nowhere"), join(mkdirSync(join(folder, "broken"), { recursive: true })!, "link"));
    const { classes: found, remarks } = await openDataset(folder);
    expect(found).toEqual(["a", "b"]);
    expect(remarks[0]).toBe('not read: the images in "plots", images ("loss.png") beside data.csv');
    const parts = { "train/1.png": shade(1), "test/1.png": shade(2), "train.csv": table, "test.csv": table };
    expect((await openDataset(writeFiles(temporaryFolder(), parts))).remarks[0]).toBe(
      'not read: the images in "test", "train" beside train.csv',
    );
  });
});
