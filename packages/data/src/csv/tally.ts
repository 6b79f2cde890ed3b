/** Collects notes over all blocks of a table: ambiguous number formats, and the number of skipped lines. */
import { excerpt } from "@scratch-nn/core/engine";
import type { CellBlock } from "./cell-block.ts";
import { CLEAR_COMMA, CLEAR_POINT, COMMA, POINT } from "./decimal-marks.ts";
import type { CsvFault } from "./fault.ts";
import type { TableLayout } from "./table-layout.ts";

/** A cell to report. */
export interface NotedCell {
  readonly column: number;
  readonly line: number;
  readonly text: string;
}

/** Notes about a block besides its cells. Plain data. */
export interface BlockNotes {
  /** The number of comment lines. */
  readonly comments: number;
  /** The number of rows that repeat the header; they are skipped. */
  readonly repeatedHeaders: number;
  /** The first cell of a column with each bit of decimal-marks.ts; empty if the delimiter is a comma. */
  readonly marks: readonly (NotedCell & { readonly bits: number })[];
  /** For each column, the first formatted number among its words, and how many such words it has. */
  readonly formatted: readonly (NotedCell & { readonly words: number })[];
}

export class TableTally {
  readonly #layout: TableLayout;
  readonly #exempt: ReadonlySet<string>;
  #comments = 0;
  #repeatedHeaders = 0;
  /** For each column with marks, the first cell of each bit. */
  readonly #marks = new Map<number, Map<number, NotedCell>>();
  readonly #formatted = new Map<number, NotedCell>();
  /** Columns with words that are no formatted numbers. */
  readonly #wordy = new Set<number>();

  /** @param exempt names of columns that are not checked */
  constructor(layout: TableLayout, exempt: readonly string[] = []) {
    this.#layout = layout;
    this.#exempt = new Set(exempt);
  }

  /** Adds the next block. */
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

  /** Judges the columns. @returns the fault of the first number whose format is ambiguous or not supported */
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

  /** Returns remarks on skipped lines, one a line. */
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
