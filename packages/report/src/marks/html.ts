/** The building blocks of sections in HTML. Callers pass escaped text. */
import { escapeHtml } from "./text.ts";

export interface Column {
  readonly name: string;
  /** Whether it holds numbers, which are right-aligned. */
  readonly isNumber?: boolean;
}

/**
 * Writes a table. The first cell of each row is its heading.
 * @param caption escaped
 * @param rows escaped cells
 */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const kind = ({ isNumber }: Column): string => (isNumber ? ' class="n"' : "");
  const head = columns.map((column) => `<th scope="col"${kind(column)}>${column.name}</th>`).join("");
  const body = rows
    .map((row) => {
      const [first, ...others] = row;
      const cells = others.map((cell, i) => `<td${kind(columns[i + 1])}>${cell}</td>`).join("");
      return `<tr><th scope="row"${kind(columns[0])}>${first}</th>${cells}</tr>`;
    })
    .join("\n");
  return scrolling(
    caption,
    `<table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`,
  );
}

/**
 * Wraps content that may be wider than the screen, so that it scrolls separately, also by keyboard.
 * @param label escaped
 */
export function scrolling(label: string, content: string): string {
  return `<div class="scroll" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}

/** Wraps a chart's numbers in a collapsed block. */
export function asTable(content: string): string {
  return `<details><summary>In numbers</summary>${content}</details>`;
}

/** @param title, note escaped */
export function figure(title: string, note: string, content: string): string {
  return `<figure><figcaption><h3>${title}</h3>${note === "" ? "" : `<p>${note}</p>`}</figcaption>${content}</figure>`;
}

/** @param content "" for no section @param lead escaped */
export function section(id: string, title: string, lead: string, content: string): string {
  if (content === "") return "";
  return `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${lead === "" ? "" : `<p class="lead">${lead}</p>`}${content}</section>`;
}

/** Draws a bar in a table's cell. @param share from 0 to 1 */
export function bar(share: number, kind = ""): string {
  const width = Math.max(0, Math.min(100, 100 * (share || 0)));
  return `<span class="bar ${kind}" aria-hidden="true"><span style="width:${Number(width.toFixed(1))}%"></span></span>`;
}

/** Writes a legend of colours and names. @param items CSS class and name */
export function legend(items: readonly (readonly [kind: string, name: string])[]): string {
  const entries = items.map(([kind, text]) => `<li><span class="swatch ${kind}"></span>${escapeHtml(text)}</li>`);
  return `<ul class="legend">${entries.join("")}</ul>`;
}
