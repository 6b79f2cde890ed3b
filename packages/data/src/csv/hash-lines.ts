/** The rule for lines that begin with #: rows if they have as many cells as the table has columns, else comments. */

/** The range of cell counts that makes such a line a row, both ends included. */
export type HashRows = readonly [least: number, most: number];

export const ALL_ROWS: HashRows = [0, Number.POSITIVE_INFINITY];
export const ALL_COMMENTS: HashRows = [0, 0];
