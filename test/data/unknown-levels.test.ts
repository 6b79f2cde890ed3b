import type { Preprocessing } from "@scratch-nn/core";
import { createNetwork, encodeModel, rowEncoder } from "@scratch-nn/core";
import { predictSource, UnknownLevels } from "@scratch-nn/data";
import { expect, it } from "vitest";
import { tableOf, writeTable } from "../support/tables.ts";

const preprocessing: Preprocessing = {
  columns: ["member", "city", "shop", "x"],
  named: true,
  encoders: [
    { kind: "binary", column: 0, levels: ["no", "yes"], marksMissing: false },
    { kind: "category", column: 1, levels: ["oslo", "paris", "rome"], missing: false, other: false },
    { kind: "category", column: 2, levels: ["7", "big"], missing: true, other: true },
    { kind: "number", column: 3, center: 0, spread: 1, clips: false, fill: 0, marksMissing: false },
  ],
};
const model = encodeModel({
  network: createNetwork({ layers: [rowEncoder(preprocessing).inputs, 3, 2] }),
  classes: ["a", "b"],
  preprocessing,
  label: "kind",
});

type Row = readonly [member: string | number, city: string, shop: string | number, x: number, note?: string];

async function remarksOn(rows: number, row: (r: number) => Row, threads = 1): Promise<readonly string[]> {
  const path = writeTable(
    tableOf(
      "member,city,shop,x,note",
      rows,
      (r) => [...row(r), ...(row(r).length < 5 ? [""] : [])] as (string | number)[],
    ),
  );
  const source = await predictSource(path, { bytes: model, where: "model" }, { threads });
  const levels = new UnknownLevels(preprocessing);
  for await (const block of source.blocks) levels.add(block.levels);
  await source.close();
  return levels.remarks;
}

it("levels that training had, and missing cells, get no remark", async () => {
  const cities = ["oslo", "paris", "", "NA"];
  // Rare levels are in no list of the model: some of them are no news.
  expect(await remarksOn(9, (r) => ["yes", cities[r % 4], ["7", "7.0", "rare", ""][r % 4], r])).toEqual([]);
  expect(await remarksOn(2, () => ["no", "rome", "rare", 1])).toEqual([]);
});

it.each([
  ["Yes", "No"],
  ["True", "False"],
  [1, 0],
] as const)("a column of other spellings, %s and %s, gets a remark with what they may mean", async (yes, no) => {
  const found = [yes, no].map((cell) => String(cell).replace(/True|False/, (word) => word.toLowerCase()));
  expect(await remarksOn(8, (r) => [r % 2 ? no : yes, "rome", "big", r])).toEqual([
    `column "member": 8 rows, all of them, with values that training did not have, which the network ignores: "${found[0]}", "${found[1]}" (it knows "no", "yes"); "${found[0]}" may mean "yes", "${found[1]}" may mean "no"`,
  ]);
});

it("some new levels are counted, the first three named", async () => {
  const cities = ["oslo", "paris", "Rom", "Ghent", "Bonn", "Lyon", "rome\u200b"];
  expect(await remarksOn(14, (r) => ["no", cities[r % 7], "7", r])).toEqual([
    'column "city": 10 rows with values that training did not have, which the network ignores: "Rom", "Ghent", "Bonn", ... (it knows "oslo", "paris", "rome")',
  ]);
});

it("among rare levels, a respelled one and a column of new ones alone are news", async () => {
  expect(await remarksOn(8, (r) => ["no", "rome", ["big", "Big", "rare"][r % 3], r])).toEqual([
    'column "shop": 3 rows with values that training did not have, which the network takes for rare ones: "Big" (it knows "7", "big"); "Big" may mean "big"',
  ]);
  expect(await remarksOn(8, (r) => ["no", "rome", `shop ${r % 2}`, r])).toEqual([
    'column "shop": 8 rows, all of them, with values that training did not have, which the network takes for rare ones: "shop 0", "shop 1" (it knows "7", "big")',
  ]);
});

it("the remarks are the same on any number of threads", async () => {
  // Above 4 MiB a pool predicts the rest; other levels come up in the part of the pool.
  const filler = "x".repeat(200);
  const row = (r: number): Row => [r > 25_000 ? "maybe" : "yes", r % 1000 ? "rome" : `city ${r}`, 7, r, filler];
  const [alone, three] = [await remarksOn(30_000, row), await remarksOn(30_000, row, 3)];
  expect(alone).toEqual([
    expect.stringMatching(/^column "member": 4999 rows with .*: "maybe" \(it/),
    expect.stringMatching(/^column "city": 30 rows with .*: "city 0", "city 1000", "city 2000", \.\.\. \(it/),
  ]);
  expect(three).toEqual(alone);
});
