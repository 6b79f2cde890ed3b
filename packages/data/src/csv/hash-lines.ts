/** Lines that begin with #: rows where they have as many cells as the table has columns, else comments. */

/** From how many cells to how many such a line is a row. */
export type HashRows = readonly [least: number, most: number];

export const ALL_ROWS: HashRows = [0, Number.POSITIVE_INFINITY];
export const ALL_COMMENTS: HashRows = [0, 0];
