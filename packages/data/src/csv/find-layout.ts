/** What a table's text is: worked out from its beginning, and said where the user may want to know. */
import { InputError } from "@scratch-nn/core";
import { isHeader } from "./header.ts";
import { sampleRows } from "./sample.ts";
import type { TableLayout, TableOptions } from "./table-layout.ts";
import type { TextStart } from "./text-block.ts";

export interface FoundLayout {
  readonly layout: TableLayout;
  /** Where the rows of data begin. */
  readonly start: TextStart;
  /** What was decided, a line each. */
  readonly remarks: readonly string[];
}

/**
 * Works the layout out.
 * @param where the text's name in errors
 * @param head its beginning: some whole rows, or all of it
 * @throws InputError when there are no rows of data
 */
export async function findLayout(
  where: string,
  head: Uint8Array,
  whole: boolean,
  options: TableOptions,
): Promise<FoundLayout> {
  const rules = { delimiter: options.delimiter ?? ",", comments: true } as const;
  const sample = await sampleRows(head, whole, rules);
  const [first, second] = sample;
  if (first === undefined) {
    throw new InputError({ where, expected: "rows of cells", found: "an empty file", remedy: "check the file" });
  }
  const hasHeader = options.header ?? isHeader(first.cells, second?.cells);
  if (hasHeader && second === undefined) {
    throw new InputError({
      where: `${where}:${first.line}`,
      expected: "rows of data below the header",
      found: "the header only",
      remedy: "check that the file is whole",
    });
  }
  const names = hasHeader ? first.cells : first.cells.map((_, column) => String(column + 1));
  const layout: TableLayout = {
    ...rules,
    names,
    originalNames: names,
    hasHeader,
    decimalComma: false,
    trailing: false,
    repeatsHeader: hasHeader,
  };
  const start = hasHeader ? { firstLine: second.line, offset: second.start } : { firstLine: 1, offset: 0 };
  return { layout, start, remarks: [] };
}
