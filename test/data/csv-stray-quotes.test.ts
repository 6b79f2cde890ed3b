import { describe, expect, it } from "vitest";
import { readTableText, refusalOf } from "../support/cells.ts";

const rows = (delimiter: string, note: (r: number) => string): string =>
  `${["x", "note", "label"].join(delimiter)}\n${Array.from({ length: 40 }, (_, r) => [r / 4, note(r), "ab"[r % 2]].join(delimiter)).join("\n")}\n`;

describe("a stray quote", () => {
  it.each([
    ["tabs", "\t"],
    ["semicolons", ";"],
    ["commas", ","],
    ["bars", "|"],
  ])("is located in a table with %s", async (_, delimiter) => {
    const text = rows(delimiter, (r) => (r === 7 || r === 31 ? '"hi' : "ok"));
    const message = await refusalOf(text);
    expect(message).toMatch(/^\S+train\.csv:33:2: expected a delimiter or the end of the row behind a closing quote/);
    expect(message).toContain('(column "note")');
    const withFlag = await refusalOf(text, { delimiter: delimiter as "\t" });
    expect(message.split("train.csv")[1]).toBe(withFlag.split("train.csv")[1]);
  });

  it("is located where a comma or a blank in the cells parts the rows, too", async () => {
    const message = await refusalOf(rows(";", (r) => (r === 7 || r === 31 ? '"hi' : "well, fine")));
    expect(message).toMatch(/^\S+train\.csv:33:2: .*closing quote.*\(column "note"\)/);
  });

  it("is located directly below the header", async () => {
    const message = await refusalOf(rows(";", (r) => (r === 0 || r === 31 ? '"hi' : "ok")));
    expect(message).toMatch(/^\S+train\.csv:33:2: expected a delimiter or the end of the row behind a closing quote/);
  });

  it("does not matter for a delimiter that does not part the table", async () => {
    const { layout } = await readTableText(rows(",", (r) => (r % 2 ? '1;"2" 3' : "1;2 3")));
    expect(layout.names).toEqual(["x", "note", "label"]);
  });
});
