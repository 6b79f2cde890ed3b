/** The section about the run: its facts, and the commands that repeat it. */
import { scrolling, section } from "../marks/html.ts";
import { escapeHtml, shown } from "../marks/text.ts";
import type { RunReport } from "../record.ts";

const MOST_VALUE = 400;
const MOST_COMMAND = 10_000;

export function runSection({ facts, commands, remarks, weightsSha256, dataSha256 }: RunReport): string {
  const lines = facts.map(
    ({ name, value }) => `<div><dt>${shown(name)}</dt><dd><bdi>${shown(value, MOST_VALUE)}</bdi></dd></div>`,
  );
  const again = commands.map(
    ({ what, command }) =>
      `<p>${escapeHtml(what)}</p>${scrolling(escapeHtml(`Command: ${what}`), `<pre><code>${shown(command, MOST_COMMAND)}</code></pre>`)}`,
  );
  const notes = remarks.slice(0, 40).map((remark) => `<li><bdi>${shown(remark, MOST_VALUE)}</bdi></li>`);
  const sums = [
    `<div><dt>weights SHA-256</dt><dd><code>${shown(weightsSha256, 64)}</code></dd></div>`,
    ...(dataSha256 === undefined
      ? []
      : [`<div><dt>data SHA-256</dt><dd><code>${shown(dataSha256, 64)}</code></dd></div>`]),
  ];
  const content = `<dl class="facts">${lines.join("")}</dl>
<h3>The same again</h3>${again.join("")}
<p>The weights are the same bits on any number of threads, whatever the machine: they can be told by their SHA-256.</p>
<dl class="facts sums">${sums.join("")}</dl>
${notes.length === 0 ? "" : `<h3>What was noticed about the data</h3><ul class="notes">${notes.join("")}</ul>`}`;
  return section("run", "What was run", "", content);
}
