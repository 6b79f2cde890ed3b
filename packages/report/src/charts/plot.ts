/**
 * Draws a chart's frame: grid and axes. Shapes are SVG stretched to the frame. Text is HTML on top of it, so that it
 * has the page's font size on any screen.
 */
import { escapeHtml } from "../marks/text.ts";
import { place, type Scale } from "./scale.ts";

export interface PlotFrame {
  readonly x: Scale;
  readonly y: Scale;
  /** Names of the axes. */
  readonly xName: string;
  readonly yName: string;
  /** The description for screen readers. */
  readonly label: string;
  /** Another height, as a CSS class. */
  readonly kind?: "low" | "square";
}

/** @param shapes SVG with coordinates from 0 to 100 and the y axis downwards: see {@link up} */
export function plot({ x, y, xName, yName, label, kind }: PlotFrame, shapes: string): string {
  const grid = [
    ...y.ticks.map((tick) => line(0, up(y.at(tick)), 100, up(y.at(tick)))),
    ...x.ticks.map((tick) => line(x.at(tick), 0, x.at(tick), 100)),
  ].join("");
  const marks = [
    ...y.ticks.map(
      (tick) => `<span class="ty" style="bottom:${place(y.at(tick))}%">${escapeHtml(y.label(tick))}</span>`,
    ),
    ...x.ticks.map((tick) => `<span class="tx" style="left:${place(x.at(tick))}%">${escapeHtml(x.label(tick))}</span>`),
  ].join("");
  return `<div class="plot${kind === undefined ? "" : ` ${kind}`}" role="img" aria-label="${escapeHtml(label)}">
<span class="ny">${escapeHtml(yName)}</span><div class="area"><svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false"><g class="grid">${grid}</g>${shapes}</svg>${marks}</div><span class="nx">${escapeHtml(xName)}</span></div>`;
}

/** Flips a y coordinate: SVG counts from the top. */
export const up = (at: number): number => 100 - at;

export const line = (x1: number, y1: number, x2: number, y2: number, kind = ""): string =>
  `<path${kind === "" ? "" : ` class="${kind}"`} d="M${place(x1)} ${place(y1)}L${place(x2)} ${place(y2)}"/>`;

/** Draws a dot as a stroke of length 0 with round ends, so that it stays round in a stretched frame. */
export const dot = (x: number, y: number): string => `M${place(x)} ${place(up(y))}h0`;
