/** Shows a matrix: as a table of numbers if it is small, else as pictures of 28 x 28 pixels. */

import { inkColours, largestOf } from "../shared/colours.ts";
import { figure } from "../shared/figure.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";
import { MEANINGS } from "./equations.ts";
import type { Matrix, SymbolName } from "./moment.ts";
import type { NotesStore } from "./store.ts";
import { focusOf } from "./symbol.tsx";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
/** The largest number of entries that are shown as a table. */
const READABLE = 120;

interface MatrixProps {
  readonly store: NotesStore;
  readonly name: SymbolName;
  readonly matrix: Matrix;
  readonly isTransposed?: boolean | undefined;
  /** Whether these are the values after the step. */
  readonly isAfter?: boolean | undefined;
}

export function MatrixNumbers(props: MatrixProps) {
  return props.matrix.numbers.length > READABLE ? <Pictures {...props} /> : <Table {...props} />;
}

const pixelColours = () => inkColours(1);

/** Shows each row of 784 numbers, or the only column, as the 28 x 28 pixels that they belong to. */
function Pictures({ store, name, matrix: { numbers, rows, columns } }: MatrixProps) {
  const isLit = focusOf(store)?.symbol === name;
  if (columns === 1) {
    return (
      <span class={`pictures one ${isLit ? "lit" : ""}`}>
        <MatrixPicture
          values={numbers}
          rows={SIDE}
          columns={SIDE}
          zoom={3}
          label={`${name}: the digit`}
          colours={pixelColours}
        />
      </span>
    );
  }
  const values = numbers as Float32Array;
  return (
    <fieldset class={`pictures bare ${isLit ? "lit" : ""}`} aria-label={`${name}: ${MEANINGS[name]}`}>
      {Array.from({ length: rows }, (_, row) => (
        <MatrixPicture
          key={row}
          values={values.subarray(row * PIXELS, (row + 1) * PIXELS)}
          rows={SIDE}
          columns={SIDE}
          zoom={1.5}
          label={`unit ${row + 1}`}
        />
      ))}
    </fieldset>
  );
}

function Table({ store, name, matrix, isTransposed = false, isAfter = false }: MatrixProps) {
  const { numbers } = matrix;
  const [rows, columns] = isTransposed ? [matrix.columns, matrix.rows] : [matrix.rows, matrix.columns];
  const focus = isAfter ? undefined : focusOf(store);
  const isLit = focus?.symbol === name;
  const largest = largestOf(numbers);
  const point = (row?: number, column?: number) => (): void => {
    if (!isAfter) store.focus.value = row === undefined ? undefined : { symbol: name, row, column };
  };
  return (
    <table
      class={`numbers ${isLit ? "lit" : ""}`}
      aria-label={`${name}${isTransposed ? " transposed" : ""}${isAfter ? " after the step" : ""}: ${MEANINGS[name]}`}
      onPointerLeave={point()}
    >
      <tbody>
        {Array.from({ length: rows }, (_, r) => (
          <tr key={r}>
            {Array.from({ length: columns }, (_, c) => {
              const [row, column] = isTransposed ? [c, r] : [r, c];
              const value = numbers[row * matrix.columns + column];
              const isHere = isLit && focus.row === row && (focus.column === undefined || focus.column === column);
              const heat = largest > 0 ? Math.round((34 * Math.abs(value)) / largest) : 0;
              return (
                <td
                  key={c}
                  class={`${value < 0 ? "minus" : "plus"} ${isHere ? "here" : ""}`}
                  style={{ "--heat": `${heat}%` }}
                  title={String(value)}
                  onPointerEnter={point(row, column)}
                >
                  {figure(value)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
