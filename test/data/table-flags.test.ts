/** Tests flags about a table for data that are no table, and for two labels. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { encodeModel } from "@scratch-nn/core";
import { openDataset, type PredictSourceOptions, predictSource } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { someImages, writeFiles } from "../support/idx-files.ts";
import { shade } from "../support/image-files.ts";
import { mixedModel } from "../support/mixed-model.ts";
import { writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const WISHES = [
  ["--label", { label: "a" }],
  ["--delimiter", { delimiter: ";" }],
  ["--encoding", { encoding: "latin1" }],
  ["--header", { header: true }],
  ["--scale", { scale: "robust" }],
  ["--drop", { drop: ["a"] }],
  ["--categorical", { categorical: ["a"] }],
  ["--numeric", { numeric: ["a"] }],
] as const;

describe("data that are no table refuse", () => {
  it.each(WISHES)("%s", async (flag, wishes) => {
    await expect(openDataset("digits", { examples: 20, ...wishes })).rejects.toThrow(
      `${flag}: expected data that are a table, found digits, which are images; leave the flag out, or check --data`,
    );
  });

  it("any of them where they are IDX files, or images", async () => {
    const ofIdx = temporaryFolder();
    const { images, labels } = someImages(6, 4, 2);
    writeFiles(ofIdx, { "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": labels });
    await expect(openDataset(ofIdx, { drop: ["a"] })).rejects.toThrow(/^--drop: expected .* which holds IDX files/);
    const ofImages = temporaryFolder();
    for (const name of ["a", "b"]) {
      mkdirSync(join(ofImages, name));
      writeFiles(join(ofImages, name), { "1.png": shade(9), "2.png": shade(99) });
    }
    await expect(openDataset(ofImages, { label: "a" })).rejects.toThrow(/^--label: expected .* which holds images/);
    expect((await openDataset(ofImages)).labels).toHaveLength(4);
  });

  it("nothing where nothing is said, and --scale auto", async () => {
    const options = { examples: 20, scale: "auto", label: undefined, header: undefined } as const;
    expect((await openDataset("digits", options)).labels).toHaveLength(20);
  });
});

describe("a table to evaluate on", () => {
  const model = { bytes: encodeModel(mixedModel()), where: "model" };
  const HEADER = "age,id,joined,member,town";
  const ROW = "40,1,2022-01-01,TRUE,7";
  const labelsOf = async (text: string, options: PredictSourceOptions = {}) => {
    const source = await predictSource(writeTable(text), model, { label: { column: undefined }, ...options });
    const labels: number[] = [];
    for await (const block of source.blocks) labels.push(...(block.labels ?? []));
    await source.close();
    return { labels, remarks: source.remarks };
  };

  it("with the label's name twice is refused, unless a position says which", async () => {
    const text = `${HEADER},group,group\n${ROW},alt,jung\n`;
    const message =
      /column "group": expected one column of that name, found 2, at positions 6, 7; pass --label with a pos/;
    await expect(labelsOf(text)).rejects.toThrow(message);
    await expect(labelsOf(text, { label: { column: "group" } })).rejects.toThrow(message);
    expect((await labelsOf(text, { label: { column: "7" } })).labels).toEqual([0]);
  });

  it("is matched whatever the capitals of its names, and that is said", async () => {
    const { labels, remarks } = await labelsOf(`${HEADER.replace("town", "Town")},GROUP\n${ROW},alt\n`);
    expect(labels).toEqual([2]);
    expect(remarks.join("\n")).toContain('"Town" for "town", "GROUP" for "group"');
  });
});
