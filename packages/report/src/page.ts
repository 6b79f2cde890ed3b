/** Renders the whole page. */
import { shown } from "./marks/text.ts";
import type { RunReport } from "./record.ts";
import { calibrationSection } from "./sections/calibration.ts";
import { classesSection } from "./sections/confusion.ts";
import { contributionsSection } from "./sections/contributions.ts";
import { curvesSection } from "./sections/curves.ts";
import { headline } from "./sections/headline.ts";
import { labelsSection } from "./sections/labels.ts";
import { mistakesSection } from "./sections/mistakes.ts";
import { quantitiesSection } from "./sections/quantities.ts";
import { runSection } from "./sections/run.ts";
import { threadsSection } from "./sections/threads.ts";
import { weightsSection } from "./sections/weights.ts";
import { STYLE } from "./style.ts";

const SECTIONS = [
  curvesSection,
  quantitiesSection,
  classesSection,
  labelsSection,
  calibrationSection,
  mistakesSection,
  contributionsSection,
  weightsSection,
  threadsSection,
  runSection,
];

/** Makes browsers fetch nothing and run no script, whatever names contain. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The beginning of every report, which no page of another program has. */
export const PAGE_BEGINNING = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="scratch-nn report">`;

/**
 * Renders a run as one self-contained HTML page without scripts, fonts or requests. Names are escaped. Classes,
 * columns, epochs and threads are limited to what a reader can take in, so the page's size is bounded.
 */
export function renderReport(report: RunReport): string {
  const sections = SECTIONS.map((section) => section(report)).filter((content) => content !== "");
  const links = sections.map((content) => {
    const [, id, title] = /^<section id="([a-z]+)".*?<h2[^>]*>(.*?)<\/h2>/.exec(content)!;
    return `<li><a href="#${id}">${title}</a></li>`;
  });
  return `${PAGE_BEGINNING}
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${shown(report.data, 80)}: report of a run</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<div class="page">
${headline(report)}
<nav aria-label="Sections"><ul>${links.join("")}</ul></nav>
<main id="main" tabindex="-1">
${sections.join("\n")}
</main>
<footer><p>Written by scratch-nn. This page needs nothing else: it can be kept, sent and printed.</p></footer>
</div>
</body>
</html>
`;
}
