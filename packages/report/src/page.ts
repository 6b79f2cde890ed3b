/** The whole page. */
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

/** Nothing is fetched and no script runs, whatever stands in names: browsers hold the page to it. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** How every report begins, and no page of another program's. */
export const PAGE_BEGINNING = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="scratch-nn report">`;

/**
 * A run as one HTML page that needs nothing else: no script, no font, no request. Names are escaped; what there may be any number
 * of (classes, columns, epochs, threads) is cut to what a reader can take in, so that the page's size is bounded.
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
