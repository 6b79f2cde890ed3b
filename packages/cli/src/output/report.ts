/** Formats the output of a run: the plan before it, the results after it. */
import pc from "picocolors";
import { readable } from "./printable.ts";

export type Colors = ReturnType<typeof pc.createColors>;

/** For lines that are cut to a width. */
export const NO_COLORS: Colors = pc.createColors(false);

/** The colours of a stream: none unless it is a terminal and NO_COLOR is unset. */
export function colorsFor(stream: NodeJS.WriteStream): Colors {
  return pc.createColors(pc.isColorSupported && stream.isTTY === true);
}

/** A warning, for stderr. */
export function warning(text: string): string {
  return `${colorsFor(process.stderr).yellow("warning:")} ${readable(text)}`;
}

/** Describes the table rows that were skipped and have no prediction. */
export function describeSkipped(lines: number): string {
  return `${lines === 1 ? "1 line is" : `${lines} lines are`} no row (a comment, or the header again): nothing is predicted for ${lines === 1 ? "it" : "them"}`;
}

/** A note on an automatic decision, for stderr. */
export function remark(text: string): string {
  return `${colorsFor(process.stderr).dim("note:")} ${readable(text)}`;
}

/** Formats lines of `name value`, with the names in a column. */
export function table(rows: readonly (readonly [name: string, value: string])[], colors: Colors): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${colors.dim(name.padEnd(width))}  ${value}`).join("\n");
}

/** Formats 12345 as 12,345, in any locale. */
export function thousands(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Formats 1 as "1 epoch", 1200 as "1200 epochs". @param write formats the number */
export function counted(
  count: number,
  one: string,
  many = `${one}s`,
  write: (count: number) => string = String,
): string {
  return `${write(count)} ${count === 1 ? one : many}`;
}

/** Formats 1200 as "1,200 examples". */
export function countedInThousands(count: number, one: string, many = `${one}s`): string {
  return counted(count, one, many, thousands);
}

/** Formats 0.90725 as 90.73 %. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

const BARS = "▁▂▃▄▅▆▇█";

/** Formats a series as at most `width` bars, scaled from its smallest value to its largest. */
export function sparkline(values: readonly number[], width = 50): string {
  const points = Array.from(
    { length: Math.min(width, values.length) },
    (_, i, all = Math.min(width, values.length)) =>
      values[Math.round((i * (values.length - 1)) / Math.max(1, all - 1))],
  );
  const [low, high] = [Math.min(...points), Math.max(...points)];
  return points
    .map((value) => BARS[high > low ? Math.round(((value - low) / (high - low)) * (BARS.length - 1)) : 0])
    .join("");
}
