import { expect, it } from "vitest";
import { kindOf, readText, tableOf } from "../support/tables.ts";

const QUOTES = ["''", '""', "``", "\u2018\u2019", "\u201c\u201d", "\u201e\u201c", "\u00ab\u00bb"] as const;
/** In quotes that are part of the cell. Double quotes need more of them to be. */
const inQuotes = (quotes: string, text: string): string =>
  quotes === '""' ? `"""${text}"""` : `${quotes[0]}${text}${quotes[1]}`;
const number = (r: number): string => (5 + 3 * Math.sin(r * 12.9898)).toFixed(1);

it.each(QUOTES)("numbers in %s are refused as features, and the quotes named", async (quotes) => {
  const table = tableOf("len,kind", 40, (r) => [inQuotes(quotes, r % 7 === 3 ? "" : number(r)), "ab"[r % 2]]);
  await expect(readText(table)).rejects.toThrow(
    `a number in quotes (${quotes[0]}); only " quotes a cell; write plain numbers there, or pass --categorical or --drop "len"`,
  );
  expect(kindOf(await readText(table, { categorical: ["len"] }), "len")).toBe("category");
});

it("dates and amounts in quotes, and a quantity to learn, are refused, too", async () => {
  const day = (r: number): string => `'2020-03-${10 + (r % 20)}'`;
  await expect(readText(tableOf("when,kind", 40, (r) => [day(r), "ab"[r % 2]]))).rejects.toThrow(/a date in quotes/);
  await expect(readText(tableOf("rate,kind", 40, (r) => [`'${number(r)} %'`, "ab"[r % 2]]))).rejects.toThrow(
    /a percentage in quotes/,
  );
  const label = tableOf("x,y", 40, (r) => [r, `'${number(r)}'`]);
  await expect(readText(label, { label: "y", task: "quantity" })).rejects.toThrow(/a number in quotes \('\)/);
});

it("words in quotes keep them, with a remark", async () => {
  const dataset = await readText(tableOf("x,town,kind", 40, (r) => [number(r), `'${"abc"[r % 3]}'`, `'${r % 2}'`]));
  expect(dataset.classes).toEqual(["'0'", "'1'"]);
  expect(dataset.remarks).toContain(
    'the values of column "town" are in quotes (\'), which are part of them: only " quotes a cell',
  );
  expect(dataset.remarks).toContain("the classes are in quotes ('), which are part of them: only \" quotes a cell");
});

it("words with an apostrophe, or only some in quotes, are words", async () => {
  const towns = ["L'Aquila", "'s-Gravenhage", "'quoted'", "Val-d'Or"];
  const dataset = await readText(tableOf("x,town,kind", 40, (r) => [number(r), towns[r % 4], "ab"[r % 2]]));
  expect(kindOf(dataset, "town")).toBe("category");
  expect(dataset.remarks.join("\n")).not.toContain("quotes");
});
