/** Encodes numbers, days, bins and pixels like core, in f64, many columns at a time. */
import type { ColumnEncoder } from "@scratch-nn/core";
import type { Graph } from "./graph.ts";
import type { Inputs } from "./inputs.ts";
import { TYPES } from "./proto.ts";

type Encoder<Kind extends ColumnEncoder["kind"]> = Extract<ColumnEncoder, { readonly kind: Kind }>;

/** Beyond this, the clipped number is 3 and its square may overflow f64: see core's row encoder. */
const FAR = 1e100;

/** Replaces missing values by each encoder's fill. @returns which values are missing, and the values: [N, encoders] */
function fillGaps(
  graph: Graph,
  run: readonly { readonly column: number; readonly fill: number }[],
  inputs: Inputs,
  name: string,
): { readonly missing: string; readonly filled: string } {
  const x = graph.beside(
    run.map(({ column }) => inputs.get(column)!),
    `${name}.x`,
  );
  const missing = graph.node("IsNaN", [x], `${name}.missing`);
  const fill = graph.doubles(
    `${name}.fill`,
    run.map((encoder) => encoder.fill),
  );
  return { missing, filled: graph.node("Where", [missing, fill, x], `${name}.filled`) };
}

/** @returns [N, encoders], or [N, 2 encoders] with marks for missing values */
export function encodeNumbers(
  graph: Graph,
  run: readonly Encoder<"number" | "date">[],
  inputs: Inputs,
  name: string,
): string {
  const [{ clips, marksMissing }] = run;
  const { missing, filled } = fillGaps(graph, run, inputs, name);
  const center = graph.doubles(
    `${name}.center`,
    run.map((encoder) => encoder.center),
  );
  const spread = graph.doubles(
    `${name}.spread`,
    run.map((encoder) => encoder.spread),
  );
  const apart = graph.node("Sub", [filled, center], `${name}.centered`);
  const z = graph.node("Div", [apart, spread], `${name}.z`);
  const scaled = graph.cast(clips ? clipped(graph, z, name) : z, TYPES.float, name);
  if (!marksMissing) return scaled;
  const marks = graph.cast(missing, TYPES.float, `${name}.marks`);
  return besideEach(graph, [scaled, marks], run.length, `${name}.marked`);
}

/** z / sqrt(1 + (z / 3)^2) */
function clipped(graph: Graph, z: string, name: string): string {
  const [least, most] = [graph.doubles(`${name}.least`, [-FAR]), graph.doubles(`${name}.most`, [FAR])];
  const near = graph.node("Clip", [z, least, most], `${name}.near`);
  const third = graph.node("Div", [near, graph.doubles(`${name}.three`, [3])], `${name}.third`);
  const square = graph.node("Mul", [third, third], `${name}.square`);
  const sum = graph.node("Add", [square, graph.doubles(`${name}.one`, [1])], `${name}.sum`);
  const root = graph.node("Sqrt", [sum], `${name}.root`);
  return graph.node("Div", [near, root], `${name}.clipped`);
}

/**
 * Interleaves parts: the first column of each, then the second of each, and so on.
 * @param count columns of each part
 */
function besideEach(graph: Graph, parts: readonly string[], count: number, name: string): string {
  const all = graph.beside(parts, count === 1 ? name : `${name}.apart`);
  if (count === 1) return all;
  const order = Array.from({ length: parts.length * count }, (_, i) => {
    return (i % parts.length) * count + Math.floor(i / parts.length);
  });
  return graph.columns(all, order, name);
}

/** @returns [N, intervals of all encoders] */
export function encodeBins(graph: Graph, run: readonly Encoder<"bins">[], inputs: Inputs, name: string): string {
  const { filled } = fillGaps(graph, run, inputs, name);
  const intervals = run.flatMap(({ knots }, of) => knots.slice(1).map((high, t) => ({ of, low: knots[t], high })));
  const each = graph.columns(
    filled,
    intervals.map(({ of }) => of),
    `${name}.each`,
  );
  const low = graph.doubles(
    `${name}.low`,
    intervals.map((interval) => interval.low),
  );
  const width = graph.doubles(
    `${name}.width`,
    intervals.map((interval) => interval.high - interval.low),
  );
  const along = graph.node("Div", [graph.node("Sub", [each, low], `${name}.above`), width], `${name}.along`);
  const twice = graph.node("Mul", [along, graph.doubles(`${name}.two`, [2])], `${name}.twice`);
  const one = graph.doubles(`${name}.one`, [1]);
  const open = graph.node("Sub", [twice, one], `${name}.open`);
  const within = graph.node("Clip", [open, graph.doubles(`${name}.minusOne`, [-1]), one], `${name}.within`);
  return graph.cast(within, TYPES.float, name);
}

/**
 * Encodes two numbers as -1 and 1, other values and missing ones as 0.
 * @returns [N, encoders], or [N, 2 encoders] with marks for missing values
 */
export function encodeFlags(
  graph: Graph,
  run: readonly (Encoder<"binary"> & { readonly numbers: readonly number[] })[],
  inputs: Inputs,
  name: string,
): string {
  const x = graph.beside(
    run.map(({ column }) => inputs.get(column)!),
    `${name}.x`,
  );
  const [no, yes] = [0, 1].map((level) => {
    const value = graph.doubles(
      `${name}.level${level}`,
      run.map(({ numbers }) => numbers[level]),
    );
    const equal = graph.node("Equal", [x, value], `${name}.equal${level}`);
    return graph.cast(equal, TYPES.float, `${name}.is${level}`);
  });
  const sign = graph.node("Sub", [yes, no], name);
  if (!run[0].marksMissing) return sign;
  const missing = graph.node("IsNaN", [x], `${name}.missing`);
  const marks = graph.cast(missing, TYPES.float, `${name}.marks`);
  return besideEach(graph, [sign, marks], run.length, `${name}.marked`);
}

/** @param isRaw whether the pixels are the only inputs; core then multiplies in f32 */
export function encodePixels(
  graph: Graph,
  { column, factor }: Encoder<"pixels">,
  inputs: Inputs,
  { name, isRaw }: { readonly name: string; readonly isRaw: boolean },
): string {
  const x = inputs.get(column)!;
  const missing = graph.node("IsNaN", [x], `${name}.missing`);
  const zero = graph.floats(`${name}.zero`, new Float32Array(1), []);
  const filled = graph.node("Where", [missing, zero, x], `${name}.filled`);
  if (isRaw) {
    const scale = graph.floats(`${name}.factor`, Float32Array.of(factor), []);
    return graph.node("Mul", [filled, scale], name);
  }
  const exact = graph.cast(filled, TYPES.double, `${name}.exact`);
  const product = graph.node("Mul", [exact, graph.doubles(`${name}.factor`, [factor])], `${name}.product`);
  return graph.cast(product, TYPES.float, name);
}
