/** A table that grows during the measurement: each row is printed at once, and kept for the record. */
import type { Bar } from "./report.ts";
import { line } from "./statistics.ts";

export interface SheetRow {
  readonly cells: readonly string[];
  /** The row in machine-readable form. */
  readonly record: object;
  readonly bar?: Bar;
}

export interface SheetOutput {
  /** Prints data: rows of the table. */
  readonly print: (text: string) => void;
  /** Shows progress. */
  readonly tell: (text: string) => void;
}

export class Sheet {
  readonly rows: object[] = [];
  readonly bars: Bar[] = [];
  readonly #head: readonly string[];
  readonly #output: SheetOutput;

  constructor(head: readonly string[], output: SheetOutput) {
    this.#head = head;
    this.#output = output;
  }

  add({ cells, record, bar }: SheetRow): void {
    if (this.rows.length === 0) {
      this.#output.print(line(this.#head));
      this.#output.print(line(this.#head.map(() => "---")));
    }
    this.rows.push(record);
    if (bar !== undefined) this.bars.push(bar);
    this.#output.print(line(cells));
  }

  /** Prints a sentence below the table. */
  note(text: string): void {
    this.#output.print(`\n${text}`);
  }

  progress(text: string): void {
    this.#output.tell(text);
  }
}
