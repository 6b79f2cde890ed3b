/** Collects notes over all blocks of a table: ambiguous number formats, and the number of skipped lines. */
import { excerpt } from "@scratch-nn/core/engine";
import type { CellBlock } from "./cell-block.ts";
import { CLEAR_COMMA, CLEAR_POINT, COMMA, PLAIN, POINT } from "./decimal-marks.ts";
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
  /** The bits of decimal-marks.ts for each column, [columns]. */
  readonly bits: Uint8Array;
  /**
   * The first cell of a column with each bit, except {@link PLAIN}. If the delimiter is a comma, only cells whose point
   * may be a thousands separator.
   */
  readonly marks: readonly (NotedCell & { readonly bits: number })[];
  /** For each column, the first formatted number among its words, and how many such words it has. */
  readonly formatted: readonly (NotedCell & { readonly words: number })[];
}

export class TableTally {
  readonly #layout: TableLayout;
  readonly #exempt: ReadonlySet<string>;
  #comments = 0;
  #repeatedHeaders = 0;
  /** The bits of each column so far, [columns]. */
  readonly #bits: Uint8Array;
  /** For each column with marked cells, the first of each bit. */
  readonly #marks = new Map<number, Map<number, NotedCell>>();
  readonly #formatted = new Map<number, NotedCell>();
  /** Columns with words that are no formatted numbers. */
  readonly #wordy = new Set<number>();

  /** @param exempt names of columns that are not checked */
  constructor(layout: TableLayout, exempt: readonly string[] = []) {
    this.#layout = layout;
    this.#exempt = new Set(exempt);
    this.#bits = new Uint8Array(layout.columns);
  }

  /** Adds the next block. */
  add(block: CellBlock, notes: BlockNotes): void {
    this.#comments += notes.comments;
    this.#repeatedHeaders += notes.repeatedHeaders;
    for (let column = 0; column < this.#bits.length; column++) this.#bits[column] |= notes.bits[column];
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
    const tableBits = this.#bits.reduce((all, bits, column) => (this.#isExempt(column) ? all : all | bits), 0);
    const faults = columns.flatMap((column) => {
      if (this.#isExempt(column)) return [];
      return this.#markFault(column, tableBits) ?? this.#formattedFault(column) ?? [];
    });
    return faults.sort((a, b) => a.line - b.line)[0];
  }

  #markFault(column: number, tableBits: number): CsvFault | undefined {
    const marks = this.#marks.get(column);
    const comma = marks?.get(COMMA);
    const point = marks?.get(POINT);
    if (comma !== undefined && point !== undefined) {
      const [first, second] = comma.line < point.line ? [comma, point] : [point, comma];
      return fault(second, "one decimal sign in a column", `${excerpt(second.text)} below ${excerpt(first.text)}`);
    }
    const cell = comma ?? point;
    const doubt = comma === undefined ? this.#pointDoubt(column, tableBits) : this.#commaDoubt(column, tableBits);
    if (cell === undefined || doubt === undefined) return undefined;
    return fault(cell, "a number that can be read in one way only", `${excerpt(cell.text)}${doubt}`);
  }

  /**
   * Says why the commas of a column may be thousands separators.
   * @param tableBits the bits of all columns that are checked
   */
  #commaDoubt(column: number, tableBits: number): string | undefined {
    if (this.#bits[column] & CLEAR_COMMA) return undefined;
    // A fixed number of decimals, as in 1,234, is not left out in some rows.
    if (this.#bits[column] & PLAIN) return " beside numbers without a comma";
    if (tableBits & CLEAR_POINT) return " in a table with decimal points";
    return this.#layout.delimiter === ";" ? undefined : ", and no other in its column that tells";
  }

  /** Says why the points of a column may be thousands separators. */
  #pointDoubt(column: number, tableBits: number): string | undefined {
    if (this.#bits[column] & CLEAR_POINT) return undefined;
    return tableBits & CLEAR_COMMA ? " in a table with decimal commas" : undefined;
  }

  #formattedFault(column: number): CsvFault | undefined {
    const cell = this.#formatted.get(column);
    if (cell === undefined || this.#wordy.has(column)) return undefined;
    const comma = this.#layout.delimiter === "," ? "" : " or a comma";
    const expected = `a number without thousands separators, with a decimal point${comma}`;
    return fault(cell, expected, excerpt(cell.text));
  }

  #isExempt(column: number): boolean {
    return this.#exempt.has(this.#layout.names[column]);
  }

  /** Returns the first cell of each column whose points may be thousands separators, by the numbers beside them. */
  #doubtfulPoints(): readonly NotedCell[] {
    return [...this.#marks].flatMap(([column, first]) => {
      const cell = first.get(POINT);
      const bits = this.#bits[column];
      const isDoubtful = (bits & PLAIN) !== 0 && (bits & CLEAR_POINT) === 0 && !this.#isExempt(column);
      return isDoubtful && cell !== undefined ? [cell] : [];
    });
  }

  /** Returns remarks on skipped lines and doubtful numbers, one a line. */
  remarks(commentsBefore: number): readonly string[] {
    const comments = this.#comments + commentsBefore;
    const repeated = this.#repeatedHeaders;
    const doubtful = this.#doubtfulPoints();
    return [
      ...(comments > 0 ? [`${count(comments, "line")} beginning with # skipped`] : []),
      ...(repeated > 0 ? [`${count(repeated, "row")} that repeated the header skipped`] : []),
      ...(doubtful.length > 0 ? [this.#pointRemark(doubtful)] : []),
    ];
  }

  #pointRemark([{ column, line, text }, ...others]: readonly NotedCell[]): string {
    const { names, hasHeader } = this.#layout;
    const name = hasHeader ? excerpt(names[column]) : names[column];
    const more = others.length > 0 ? ` and ${count(others.length, "other column")}` : "";
    return (
      `column ${name}${more}: the point of ${excerpt(text)} (line ${line}), beside numbers without a point, is taken ` +
      `for a decimal point; write ${text.replace(".", "")} if it parts thousands`
    );
  }
}

function fault({ column, line }: NotedCell, expected: string, found: string): CsvFault {
  return { line, column: column + 1, expected, found, remedy: "write the column's numbers in one way, as 1234.5" };
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
