/** What all blocks of a table together say: numbers written in two ways, and how much was skipped. */
import { excerpt } from "@scratch-nn/core/engine";
import type { CellBlock } from "./cell-block.ts";
import { CLEAR_COMMA, CLEAR_POINT, COMMA, POINT } from "./decimal-marks.ts";
import type { CsvFault } from "./fault.ts";
import type { TableLayout } from "./table-layout.ts";

/** A cell that is told about. */
export interface NotedCell {
  readonly column: number;
  readonly line: number;
  readonly text: string;
}

/** What a block says beyond its cells. Plain data. */
export interface BlockNotes {
  /** Lines that were skipped for their #. */
  readonly comments: number;
  /** Rows that repeated the header, and were skipped. */
  readonly repeatedHeaders: number;
  /** The first cell of a column with each of the bits of decimal-marks.ts; where cells are not parted by commas. */
  readonly marks: readonly (NotedCell & { readonly bits: number })[];
  /** The first formatted number among a column's words, and how many of them there are. */
  readonly formatted: readonly (NotedCell & { readonly words: number })[];
}

export class TableTally {
  readonly #layout: TableLayout;
  readonly #exempt: ReadonlySet<string>;
  #comments = 0;
  #repeatedHeaders = 0;
  /** For each column with marks the first cell of each bit. */
  readonly #marks = new Map<number, Map<number, NotedCell>>();
  readonly #formatted = new Map<number, NotedCell>();
  /** Columns with words that are words. */
  readonly #wordy = new Set<number>();

  /** @param exempt names of columns in which anything may stand */
  constructor(layout: TableLayout, exempt: readonly string[] = []) {
    this.#layout = layout;
    this.#exempt = new Set(exempt);
  }

  /** Takes the next block. */
  add(block: CellBlock, notes: BlockNotes): void {
    this.#comments += notes.comments;
    this.#repeatedHeaders += notes.repeatedHeaders;
    for (const { bits, ...cell } of notes.marks) {
      const first = this.#marks.get(cell.column) ?? new Map<number, NotedCell>();
      this.#marks.set(cell.column, first);
      for (const bit of [POINT, COMMA, CLEAR_POINT, CLEAR_COMMA]) {
        if (bits & bit && !first.has(bit)) first.set(bit, cell);
      }
    }
    const formatted = new Map(notes.formatted.map((note) => [note.column, note.words]));
    for (const { column, line, text } of notes.formatted) {
      if (!this.#formatted.has(column)) this.#formatted.set(column, { column, line, text });
    }
    for (let place = 0; place < block.wide.length; place++) {
      const words = block.words[place].length;
      if (words > 0 && words > (formatted.get(block.wide[place]) ?? 0)) this.#wordy.add(block.wide[place]);
    }
  }

  /** Judges the columns. @returns the first number that can be read in two ways, or not at all */
  fault(): CsvFault | undefined {
    const columns = [...new Set([...this.#marks.keys(), ...this.#formatted.keys()])];
    const faults = columns.flatMap((column) => {
      if (this.#exempt.has(this.#layout.names[column])) return [];
      return this.#markFault(column) ?? this.#formattedFault(column) ?? [];
    });
    return faults.sort((a, b) => a.line - b.line)[0];
  }

  #markFault(column: number): CsvFault | undefined {
    const marks = this.#marks.get(column);
    const comma = marks?.get(COMMA);
    const point = marks?.get(POINT);
    if (comma !== undefined && point !== undefined) {
      const [first, second] = comma.line < point.line ? [comma, point] : [point, comma];
      return fault(second, "one decimal sign in a column", `${excerpt(second.text)} below ${excerpt(first.text)}`);
    }
    const ambiguous = "a number that can be read in one way only";
    if (comma !== undefined && !marks?.has(CLEAR_COMMA) && this.#layout.delimiter !== ";") {
      return fault(comma, ambiguous, `${excerpt(comma.text)}, and no other in its column that tells`);
    }
    if (point !== undefined && !marks?.has(CLEAR_POINT) && this.#hasDecimalCommas()) {
      return fault(point, ambiguous, `${excerpt(point.text)} in a table with decimal commas`);
    }
    return undefined;
  }

  #formattedFault(column: number): CsvFault | undefined {
    const cell = this.#formatted.get(column);
    if (cell === undefined || this.#wordy.has(column)) return undefined;
    const comma = this.#layout.delimiter === "," ? "" : " or a comma";
    const expected = `a number without thousands separators, with a decimal point${comma}`;
    return fault(cell, expected, excerpt(cell.text));
  }

  #hasDecimalCommas(): boolean {
    for (const marks of this.#marks.values()) if (marks.has(CLEAR_COMMA)) return true;
    return false;
  }

  /** What was skipped, a line each. */
  remarks(commentsBefore: number): readonly string[] {
    const comments = this.#comments + commentsBefore;
    const repeated = this.#repeatedHeaders;
    return [
      ...(comments > 0 ? [`${count(comments, "line")} beginning with # skipped`] : []),
      ...(repeated > 0 ? [`${count(repeated, "row")} that repeated the header skipped`] : []),
    ];
  }
}

function fault({ column, line }: NotedCell, expected: string, found: string): CsvFault {
  return { line, column: column + 1, expected, found, remedy: "write the column's numbers in one way, as 1234.5" };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
