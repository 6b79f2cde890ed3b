/** A table that grows while it is measured: each row is printed when it is known, and kept for the record. */
import type { Bar } from "./report.ts";
import { line } from "./statistics.ts";

export interface SheetRow {
  readonly cells: readonly string[];
  /** For machines. */
  readonly record: object;
  readonly bar?: Bar;
}

export interface SheetOutput {
  /** Data: rows of the table. */
  readonly print: (text: string) => void;
  /** How far it is, for whoever waits. */
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

  /** A sentence below the table. */
  note(text: string): void {
    this.#output.print(`\n${text}`);
  }

  progress(text: string): void {
    this.#output.tell(text);
  }
}
