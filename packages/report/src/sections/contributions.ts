/** The section about contributions: the permutation importance of each column, or of each part of an image. */
import { heatStep } from "../charts/palette.ts";
import { asTable, bar, figure, section, table } from "../marks/html.ts";
import { counted, percent, short, thousands } from "../marks/numbers.ts";
import { name } from "../marks/text.ts";
import type { Contribution, Contributions, RunReport } from "../record.ts";

const MOST_COLUMNS = 30;

export function contributionsSection({ findings: { contributions } }: RunReport): string {
  if (contributions === undefined) return "";
  const { examples, repeats, found } = contributions;
  const what = found.kind === "columns" ? "Each column’s values" : "Each part of the image";
  const lead = `${what} shuffled among ${counted(examples, "example")}, ${counted(repeats, "time")}: by how much the loss rises says how much the network relies on it (permutation importance). ${found.kind === "columns" ? "Columns" : "Parts"} that say the same stand in for each other.`;
  const content = found.kind === "columns" ? columnsTable(contributions, found.columns) : patches(contributions, found);
  return section(
    "contributions",
    found.kind === "columns" ? "What each column contributes" : "Where it looks",
    lead,
    content,
  );
}

function columnsTable({ score, of }: Contributions, columns: readonly Contribution[]): string {
  const sorted = columns.toSorted((a, b) => b.loss - a.loss);
  const most = Math.max(sorted[0]?.loss ?? 0, 1e-12);
  const shown = sorted.slice(0, MOST_COLUMNS);
  const rows = shown.map((column) => [
    name(column.name, 40),
    `${signed(column.loss)} <span class="soft">± ${short(column.deviation, 2)}</span>${bar(column.loss / most)}`,
    lost(column.score, score),
  ]);
  const head = [
    { name: "column" },
    { name: "loss rises by", isNumber: true },
    { name: `${score} falls by`, isNumber: true },
  ];
  const tried =
    columns.length < of
      ? `, of ${thousands(columns.length)} tried out of ${thousands(of)}: those with the largest weights`
      : "";
  const caption =
    shown.length < columns.length
      ? `The first ${shown.length}${tried || ` of ${thousands(columns.length)}`}`
      : `Columns, the most important first${tried}`;
  return table(caption, head, rows);
}

function patches(
  contributions: Contributions,
  { across, patches: all }: Extract<Contributions["found"], { readonly kind: "patches" }>,
): string {
  const most = all.reduce((max, { loss }) => Math.max(max, loss), 1e-12);
  const cells = all.map(
    ({ loss, name: text }) => `<span class="r${heatStep(loss / most)}" title="${text}: ${signed(loss)}"></span>`,
  );
  const down = Math.ceil(all.length / across);
  const best = all.reduce((a, b) => (b.loss > a.loss ? b : a));
  const label = `A map of the image in ${across} by ${down} parts: the loss rises most, by ${signed(best.loss)}, without ${best.name}.`;
  const map = `<div class="map" role="img" aria-label="${label}" style="grid-template-columns:repeat(${across},1fr);aspect-ratio:${across}/${down}">${cells.join("")}</div>`;
  const rows = all.map(({ name: text, loss, deviation, score }) => [
    text,
    `${signed(loss)} ± ${short(deviation, 2)}`,
    lost(score, contributions.score),
  ]);
  const head = [
    { name: "part" },
    { name: "loss rises by", isNumber: true },
    { name: `${contributions.score} falls by`, isNumber: true },
  ];
  return `${figure("The image in parts", "The bluer, the more it matters.", map)}${asTable(table("Parts of the image", head, rows))}`;
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${short(value, 3)}`;
}

function lost(value: number, score: Contributions["score"]): string {
  return score === "accuracy" ? percent(value, 1).replace("-", "−") : short(value, 3);
}
