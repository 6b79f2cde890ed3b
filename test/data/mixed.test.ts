import { InputError, type Preprocessing } from "@scratch-nn/core";
import type { Dataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { kindOf, readText, tableOf } from "../support/tables.ts";

const noise = (r: number): number => Number((Math.sin(r * 12.9898) * 3).toFixed(4));
const tableWith = (x: (r: number) => string | number): string =>
  tableOf("label,noise,x", 90, (r) => [["a", "b"][r % 2], noise(r), x(r)]);
const cylinders = (r: number): string | number => (r === 57 ? "rotary" : [3, 4, 6, 8][r % 4]);

describe("a word among few different numbers", () => {
  it("makes categories of them, and a remark says so", async () => {
    const dataset = await readText(tableWith(cylinders));
    expect(kindOf(dataset, "x")).toBe("category");
    expect(encoderOf(dataset.preprocessing)).toMatchObject({
      kind: "category",
      levels: ["3", "4", "6", "8"],
      other: true,
    });
    expect(dataset.remarks.join("\n")).toMatch(/column "x" has words among a few numbers/);
  });

  it.each(["3+", "5more", ">= 9", "5 or more", "5-9"])("or %s, in several rows, does so", async (word) => {
    const dataset = await readText(tableWith((r) => (r % 9 === 4 ? word : r % 3)));
    expect(encoderOf(dataset.preprocessing)).toMatchObject({ kind: "category", levels: ["0", "1", "2", word] });
  });

  it("does so wherever it stands: in a part that is held back, too", async () => {
    const dataset = await readText(tableWith(cylinders), { refits: true, testFraction: 0 });
    const test = Uint32Array.of(57, 58);
    const train = dataset.train.filter((row) => !test.includes(row));
    const part: Dataset = await dataset.refit!({ train, test });
    expect(encoderOf(part.preprocessing)).toMatchObject({ kind: "category", other: false });
  });

  it.each([
    ["where the numbers are many", (r: number) => (r === 57 ? "rotary" : r)],
    ["where they are no whole ones", (r: number) => (r === 57 ? "rotary" : (r % 4) / 2)],
    ["where it is written like a number gone wrong", (r: number) => (r === 57 ? "4o" : r % 4)],
    ["where it is a letter alone", (r: number) => (r === 57 ? "O" : r % 4)],
  ])("is refused %s", async (_, x) => {
    await expect(readText(tableWith(x))).rejects.toThrow(InputError);
    await expect(readText(tableWith(x))).rejects.toThrow(/train\.csv:59:3: expected a number, found "/);
  });

  it("is refused where the user says that these are numbers", async () => {
    await expect(readText(tableWith(cylinders), { numeric: ["x"] })).rejects.toThrow(
      /expected a number, found "rotary"/,
    );
  });
});

function encoderOf({ columns, encoders }: Preprocessing) {
  return encoders.find(({ column }) => columns[column] === "x");
}
