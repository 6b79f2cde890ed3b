/** The report of a suite: a table to read, rows in machine-readable form, and bars for a picture. */

import { rate } from "./statistics.ts";

export interface Bar {
  /** Bars of a group are drawn together, on one scale. */
  readonly group: string;
  readonly name: string;
  readonly value: number;
  /** As a fraction of the value. */
  readonly spread: number;
}

export interface Report {
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly rows: readonly object[];
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const NAME_WIDTH = 280;
const BAR = 16;
const GAP = 10;

/** Draws a bar with its spread for each figure, as SVG. */
export function pictureOf({ title, bars }: Pick<Report, "title" | "bars">): string {
  const parts: string[] = [];
  let y = 30;
  for (const group of new Set(bars.map((bar) => bar.group))) {
    const members = bars.filter((bar) => bar.group === group);
    parts.push(text(10, y + 12, group, "font-weight='bold'"));
    y += BAR + 4;
    const most = Math.max(...members.map((bar) => bar.value));
    for (const { name, value, spread } of members) {
      const length = ((WIDTH - NAME_WIDTH - 90) * value) / most;
      const reach = length * spread;
      const middle = y + BAR / 2;
      parts.push(
        text(20, y + 12, name),
        `<rect x='${NAME_WIDTH}' y='${y}' width='${length.toFixed(1)}' height='${BAR - 3}' fill='#4c78a8'/>`,
        `<line x1='${(NAME_WIDTH + length - reach).toFixed(1)}' x2='${(NAME_WIDTH + length + reach).toFixed(1)}' y1='${middle - 1}' y2='${middle - 1}' stroke='#222'/>`,
        text(NAME_WIDTH + length + reach + 6, y + 12, rate(value)),
      );
      y += BAR;
    }
    y += GAP;
  }
  return [
    `<svg xmlns='http://www.w3.org/2000/svg' width='${WIDTH}' height='${y}' font-family='sans-serif' font-size='12'>`,
    `<title>${escapeText(title)}</title>`,
    `<rect width='100%' height='100%' fill='white'/>`,
    text(10, 18, title, "font-size='13'"),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x='${x.toFixed(1)}' y='${y}' ${attributes}>${escapeText(content)}</text>`;
}

const escapeText = (content: string): string => content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
