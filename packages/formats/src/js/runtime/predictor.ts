/** Creates the `predict` function of an exported module. */
import { cellOf, type Fail } from "./cells.ts";
import type { Encode, Put } from "./encoders.ts";
import { forward, type NetworkShape } from "./forward.ts";

type Row = ArrayLike<unknown> | Readonly<Record<string, unknown>>;

/** Consecutive columns: the first, their count, their encoder and its settings. */
type Columns = readonly [column: number, count: number, encode: Encode, ...settings: unknown[]];

type Layers = readonly [
  /** Examples.scale */
  scale: number,
  /** The mean of several networks' outputs; the outputs of a single network. */
  mean: (outputs: readonly Float32Array[]) => Float32Array,
  /** g of the last layer */
  output: (Z: Float32Array) => Float32Array,
  ...networks: NetworkShape[],
];

/** @returns a function from a row to its answer; a row has its cells in the order of the columns, or by name */
export function predictor<Answer>(
  columns: readonly string[],
  encoders: readonly Columns[],
  [scale, mean, output, ...networks]: Layers,
  answer: (A: Float32Array) => Answer,
  /** W1, b1, W2, b2, ... of one network after another: f32, little-endian, base64 */
  weights: string,
): (row: Row) => Answer {
  const bytes = Uint8Array.from(atob(weights), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const P = new Float32Array(bytes.length / 4).map((_, i) => view.getFloat32(4 * i, true));
  return (row) => {
    const X: number[] = [];
    const isList = Array.isArray(row) || ArrayBuffer.isView(row);
    if (isList && row.length !== columns.length)
      throw TypeError(`expected ${columns.length} cells, found ${row.length}`);
    for (const [first, count, encode, ...settings] of encoders) {
      for (let column = first; column < first + count; column++) {
        const name = columns[column];
        const fail: Fail = (expected, found) => {
          throw TypeError(`column "${name}": expected ${expected}, found ${found}`);
        };
        if (!isList && !Object.hasOwn(row, name)) fail("a value");
        const value = (row as Record<string, unknown>)[isList ? column : name];
        const put: Put = (input) => {
          const x = Math.fround(input);
          X.push(Number.isFinite(x) ? x : fail("a smaller number", value));
        };
        encode(cellOf(value, settings[0], fail), put, fail, ...settings);
      }
    }
    return answer(
      mean(
        forward(
          P,
          networks,
          output,
          Float32Array.from(X, (x) => x * scale),
        ),
      ),
    );
  };
}
