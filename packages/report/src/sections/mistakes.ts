/** The section about the worst mistakes. */
import { pictureUri } from "../charts/png.ts";
import { section, table } from "../marks/html.ts";
import { counted, thousands } from "../marks/numbers.ts";
import { escapeHtml, name, shown } from "../marks/text.ts";
import type { Mistakes, RunReport } from "../record.ts";

const MOST_CELL = 24;

export function mistakesSection({ findings: { mistakes, task } }: RunReport): string {
  if (mistakes === undefined || mistakes.items.length === 0) return "";
  const lead =
    task.kind === "quantities"
      ? "The examples whose predictions are farthest off, the worst first."
      : "The examples that it gets wrong while it is surest, the worst first: a wrong label in the data is often among them.";
  return section(
    "mistakes",
    "The worst mistakes",
    lead,
    mistakes.kind === "images" ? pictures(mistakes) : rows(mistakes),
  );
}

function pictures({ items }: Extract<Mistakes, { readonly kind: "images" }>): string {
  const figures = items.map(({ picture, truth, predicted, detail, example }) => {
    const alt = `Example ${example}: ${shown(truth)}, taken for ${shown(predicted)}, ${escapeHtml(detail)}`;
    const { width, height } = picture;
    return `<li><img src="${pictureUri(picture)}" width="${width}" height="${height}" alt="${alt}"><span><b>${name(truth, 20)}</b> <span class="soft">taken for</span> <b class="wrong">${name(predicted, 20)}</b></span><span class="soft">${escapeHtml(detail)}</span><span class="soft">no. ${thousands(example)}</span></li>`;
  });
  return `<ul class="pictures">${figures.join("")}</ul>`;
}

function rows({ columns, moreColumns, items }: Extract<Mistakes, { readonly kind: "rows" }>): string {
  const head = [
    { name: "no.", isNumber: true },
    { name: "true" },
    { name: "predicted" },
    { name: "" },
    ...columns.map((column) => ({ name: name(column, MOST_CELL) })),
  ];
  head[3] = { name: "how wrong" };
  const lines = items.map(({ example, truth, predicted, detail, cells }) => [
    thousands(example),
    `<b>${name(truth, MOST_CELL)}</b>`,
    `<b class="wrong">${name(predicted, MOST_CELL)}</b>`,
    escapeHtml(detail),
    ...cells.map((cell) => name(cell, MOST_CELL)),
  ]);
  const more = moreColumns > 0 ? `, and ${counted(moreColumns, "column")} more` : "";
  return table(`Rows as the network sees them, numbered from 1${more}`, head, lines);
}
