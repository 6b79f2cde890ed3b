/** The section about threads: the time that each spent on each phase. */
import { asTable, legend, section, table } from "../marks/html.ts";
import { percent, time } from "../marks/numbers.ts";
import { escapeHtml, name } from "../marks/text.ts";
import type { RunReport, ThreadTimes } from "../record.ts";

const PHASES = [
  ["convert", "converting features"],
  ["forward", "forward"],
  ["backward", "backward"],
  ["reduce", "adding gradients"],
  ["update", "updating weights"],
  ["wait", "waiting for others"],
  ["other", "all else"],
] as const;

/** The most threads with a lane. */
const MOST_LANES = 64;

export function threadsSection({ threads = [] }: RunReport): string {
  const totals = threads.map(total);
  const longest = Math.max(0, ...totals);
  if (!(longest > 0)) return "";
  const shown = threads.slice(0, MOST_LANES);
  const lanes = shown.map((thread) => {
    const parts = PHASES.map(([phase, text]) => {
      const width = (100 * Math.max(0, thread[phase])) / longest;
      return width < 0.05
        ? ""
        : `<span class="p-${phase}" style="width:${Number(width.toFixed(2))}%" title="${text}: ${time(thread[phase])}"></span>`;
    });
    const told = PHASES.map(([phase, text]) => `${text} ${percent(thread[phase] / total(thread), 0)}`).join(", ");
    return `<li><span class="who">${name(thread.name, 20)}</span><span class="lane" role="img" aria-label="${escapeHtml(`${thread.name.slice(0, 20)}: ${told}`)}">${parts.join("")}</span></li>`;
  });
  const more = shown.length < threads.length ? ` The first ${MOST_LANES} of ${threads.length} threads.` : "";
  const lead = `Of the steps that were measured, a few every 200 ms: ${time(longest)} in all, thread by thread. A short lane is of a thread that was not at work.${more}`;
  const key = legend(PHASES.map(([phase, text]) => [`p-${phase}`, text] as const));
  const rows = shown.map((thread) => [
    name(thread.name, 20),
    ...PHASES.map(([phase]) => time(Math.max(0, thread[phase]))),
    time(total(thread)),
  ]);
  const columns = ["thread", ...PHASES.map(([, text]) => text), "together"].map((text, i) => ({
    name: text,
    isNumber: i > 0,
  }));
  return section(
    "threads",
    "Where the time went",
    lead,
    `${key}<ul class="lanes">${lanes.join("")}</ul>${asTable(table("Time of each thread", columns, rows))}`,
  );
}

function total(thread: ThreadTimes): number {
  return PHASES.reduce((sum, [phase]) => sum + Math.max(0, thread[phase]), 0);
}
