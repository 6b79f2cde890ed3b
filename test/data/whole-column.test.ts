import { describe, expect, it } from "vitest";
import { kindOf, readText, tableOf } from "../support/tables.ts";

const noise = (r: number): number => Number((Math.sin(r * 12.9898) * 3).toFixed(4));
const tableWith = (x: (r: number) => string | number): string =>
  tableOf("label,noise,x", 90, (r) => [["a", "b"][r % 2], noise(r), x(r)]);

/** The encoder that the column has when these rows are held back. */
async function encoderWithout(heldBack: readonly number[], x: (r: number) => string | number) {
  const dataset = await readText(tableWith(x), { refits: true, testFraction: 0 });
  const train = dataset.train.filter((row) => !heldBack.includes(row));
  const { preprocessing } = await dataset.refit!({ train, test: Uint32Array.from(heldBack) });
  return {
    whole: dataset,
    encoder: preprocessing.encoders.find(({ column }) => preprocessing.columns[column] === "x"),
  };
}

describe("what a column is follows from the whole file, whatever is held back:", () => {
  it("the order of dates, of which one row tells", async () => {
    const { encoder } = await encoderWithout([57], (r) => `${r === 57 ? 25 : 1 + (r % 12)}/${1 + (r % 11)}/2020`);
    expect(encoder).toMatchObject({ kind: "date", order: "dmy" });
  });

  it("words, where the other rows are dates", async () => {
    const never = Array.from({ length: 18 }, (_, k) => 5 * k);
    const x = (r: number) => (r % 5 === 0 ? "never" : `2020-01-0${1 + (r % 9)}`);
    expect((await encoderWithout(never, x)).encoder).toMatchObject({ kind: "category" });
    // So few remain that a fit to the training rows alone would treat them as odd cells.
    expect((await encoderWithout(never.slice(3), x)).encoder).toMatchObject({ kind: "category" });
  });

  it("codes, of which some are numbers and some words", async () => {
    const x = (r: number) => (r % 4 === 0 ? `A/5 ${r % 12}` : 113_800 + (r % 7));
    const { whole, encoder } = await encoderWithout(
      Array.from({ length: 20 }, (_, k) => 4 * k),
      x,
    );
    expect(kindOf(whole, "x")).toBe("category");
    expect(encoder).toMatchObject({ kind: "category" });
  });

  it.each([
    ["of which a few are mistyped", (r: number) => (r % 20 === 3 ? "1O" : r % 50)],
    ["that are no whole ones", (r: number) => (r % 4 === 3 ? "1O" : noise(r))],
    ["of which some are amounts of money", (r: number) => (r % 4 === 3 ? "$12" : r % 50)],
  ])("numbers %s are an error all the same", async (_, x) => {
    await expect(readText(tableWith(x))).rejects.toThrow(/train\.csv:5:3: expected a number, found "/);
  });
});
