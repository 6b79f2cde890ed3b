import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { trainJsonHere } from "./here.ts";
import { tableOf } from "./tables.ts";
import { copiesOf } from "./temporary-folder.ts";
import { ALONE } from "./train-cli.ts";

export const NAMES = ["cat", "dog", "a, b"];
export const pseudo = (r: number, k: number): number => Math.abs(Math.sin(12.9898 * r + 78.233 * k) * 43758.5453) % 1;

/**
 * A row of a mixed table: numbers, words, yes/no, dates, missing cells, an id, a constant, and the label in the middle.
 */
export function mixedRow(r: number): (string | number)[] {
  const k = r % 3;
  const date = new Date(Date.UTC(2020, 0, 1 + ((r * 13 + 200 * k) % 700))).toISOString().slice(0, 10);
  return [
    `c-${10_000 + r}`,
    r % 11 === 0 ? "" : (20 + 10 * k + 12 * pseudo(r, 1)).toFixed(2),
    ["red", "green", "blue", "black"][Math.floor(4 * pseudo(r, 2))],
    pseudo(r, 3) < 0.3 + 0.3 * k ? "yes" : "no",
    k === 2 ? `"${NAMES[k]}"` : NAMES[k],
    date,
    r % 17 === 5 ? "NA" : ["north", "south", "east"][(k + Math.floor(1.4 * pseudo(r, 4))) % 3],
    14.62,
    (1e8 + 100 * k + 150 * pseudo(r, 5)).toFixed(3),
  ];
}
export const HEADER = "customer,age,colour,member,kind,since,region,version,stamp";
export const ROWS = 300;
export const table = tableOf(HEADER, ROWS, mixedRow);

/** Trains once per test file. @returns a function that copies the folder with the table and the trained run */
export const trainedOnIt = (): (() => Promise<string>) =>
  copiesOf(async (cwd) => {
    writeFileSync(join(cwd, "x.csv"), table);
    const job = ["--data", "x.csv", "--label", "kind", "--epochs", "60", "--out", "run", ...ALONE];
    await trainJsonHere(job, { cwd });
  });
