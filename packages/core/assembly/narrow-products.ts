/**
 * dW = dZ A' of the first layer when it has fewer than sixteen units: a row of inputs for each
 * unit. Units go by fives and fours, as in narrow.ts.
 */
import { IS_WIDE } from "./layout";
import { unitsOfTile } from "./narrow";
import { rows4x8, rows4x16, rows5x8, rows5x16 } from "./narrow-rows";

/**
 * dW = dZ A', sums over the columns; `goesOn` adds to what dW holds.
 * @param dZ a panel, [columns][16]
 * @param row bytes from one row of A, and of dW, to the next
 * @param zero 64 bytes of zeros
 */
export function outerProductsByRows(
  dZ: usize, A: usize, row: usize, dW: usize, units: i32, columns: i32, goesOn: bool, zero: usize,
): void {
  for (let k: usize = 0; k < row; k += 64) {
    let u = 0;
    for (; u < units; ) {
      const w = dW + <usize>u * row + k;
      const count = unitsOfTile(units - u);
      const start = goesOn ? w : zero;
      const startRow = goesOn ? row : 0;
      if (count == 5) fiveUnits(dZ + (<usize>u << 2), A + k, columns, start, startRow, w, row);
      else fourUnits(dZ + (<usize>u << 2), A + k, columns, start, startRow, w, row);
      u += count;
    }
  }
}

// @ts-ignore: decorator
@inline
function fiveUnits(dZ: usize, A: usize, columns: i32, start: usize, startRow: usize, w: usize, row: usize): void {
  if (IS_WIDE) rows5x16(dZ, A, row, columns, start, startRow, w, row);
  else {
    rows5x8(dZ, A, row, columns, start, startRow, w, row);
    rows5x8(dZ, A + 32, row, columns, start + 32, startRow, w + 32, row);
  }
}

// @ts-ignore: decorator
@inline
function fourUnits(dZ: usize, A: usize, columns: i32, start: usize, startRow: usize, w: usize, row: usize): void {
  if (IS_WIDE) rows4x16(dZ, A, row, columns, start, startRow, w, row);
  else {
    rows4x8(dZ, A, row, columns, start, startRow, w, row);
    rows4x8(dZ, A + 32, row, columns, start + 32, startRow, w + 32, row);
  }
}
