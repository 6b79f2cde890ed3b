/** The section about classes: the confusion matrix, the most frequent mistakes, and each class's figures. */
import { heatStep } from "../charts/palette.ts";
import { asTable, bar, figure, scrolling, section, table } from "../marks/html.ts";
import { counted, percent, thousands } from "../marks/numbers.ts";
import { name, shown } from "../marks/text.ts";
import type { ClassesFindings, ConfusionCell, RunReport } from "../record.ts";

/** The most classes in the matrix. */
const MOST_CLASSES = 20;
const MOST_CONFUSIONS = 12;
const MOST_LINES = 40;
const MOST_HEADING = 14;

export function classesSection({ findings: { task } }: RunReport): string {
  if (task.kind !== "classes") return "";
  const many = task.classes.length > MOST_CLASSES;
  const content = [matrix(task), confusions(task), perClass(task)].join("");
  const lead = many
    ? `Rows are the true classes, columns what the network took them for. Of ${thousands(task.classes.length)} classes these are the ${MOST_CLASSES} with the most mistakes; all the others are one.`
    : "Rows are the true classes, columns what the network took them for. Each row is coloured by its share: blue is right, orange is wrong.";
  return section("classes", "What it confuses", lead, `<div class="pair">${content}</div>`);
}

/** The classes with the most mistakes, in ascending order. */
function worstClasses({ classes, confusion }: ClassesFindings): readonly number[] {
  const wrong = new Float64Array(classes.length);
  for (const { label, predicted, count } of confusion) {
    if (label === predicted) continue;
    wrong[label] += count;
    wrong[predicted] += count;
  }
  const order = Array.from(wrong.keys()).sort((a, b) => wrong[b] - wrong[a] || a - b);
  return order.slice(0, MOST_CLASSES).sort((a, b) => a - b);
}

function matrix(task: ClassesFindings): string {
  const { classes } = task;
  const chosen = classes.length <= MOST_CLASSES ? Array.from(classes.keys()) : worstClasses(task);
  const others = chosen.length < classes.length;
  const placeOf = new Map(chosen.map((k, i) => [k, i]));
  const size = chosen.length + (others ? 1 : 0);
  const counts = Array.from({ length: size }, () => new Float64Array(size));
  // Counts mistakes among "all others" separately: the matrix counts them on the diagonal, as if they were right.
  let wrongAmongOthers = 0;
  for (const { label, predicted, count } of task.confusion) {
    const [row, column] = [label, predicted].map((k) => placeOf.get(k) ?? size - 1);
    counts[row][column] += count;
    if (label !== predicted && !placeOf.has(label) && !placeOf.has(predicted)) wrongAmongOthers += count;
  }
  const names = [...chosen.map((k) => classes[k].name), ...(others ? ["all others"] : [])];
  const isLong = names.some((text) => Array.from(text).length > 3);
  const head = names.map((text) => `<th scope="col"><span>${name(text, MOST_HEADING)}</span></th>`).join("");
  const rows = counts.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const cells = Array.from(row, (count, j) => {
      const share = total === 0 ? 0 : count / total;
      // Mistakes are rare, so their colours grow with the square root of the share.
      const kind = count === 0 ? "none" : i === j ? `r${heatStep(share)}` : `w${heatStep(Math.sqrt(share))}`;
      const told = `${shown(names[i], MOST_HEADING)} taken for ${shown(names[j], MOST_HEADING)}: ${percent(share, 1)}`;
      return `<td class="${kind}" title="${told}">${count === 0 ? "·" : thousands(count)}</td>`;
    });
    return `<tr><th scope="row">${name(names[i], MOST_HEADING)}</th>${cells.join("")}</tr>`;
  });
  const caption = "True classes in rows, predictions in columns";
  const note =
    wrongAmongOthers > 0
      ? `Of “all others” taken for “all others”, ${thousands(wrongAmongOthers)} are of another class than predicted.`
      : "";
  const grid = `<table class="matrix${isLong ? " long" : ""}"><caption>${caption}</caption><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
  return figure("Confusion", note, scrolling("Confusion matrix", grid));
}

/** The most frequent mistakes; ties are in order of class. */
function worstPairs({ confusion }: ClassesFindings): readonly ConfusionCell[] {
  return confusion
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted)
    .slice(0, MOST_CONFUSIONS);
}

function confusions(task: ClassesFindings): string {
  const pairs = worstPairs(task);
  if (pairs.length === 0) return figure("The most frequent mistakes", "There are none.", "");
  const rows = pairs.map(({ label, predicted, count }) => [
    `${name(task.classes[label].name, 24)} <span class="soft">taken for</span> ${name(task.classes[predicted].name, 24)}`,
    `${thousands(count)}${bar(count / pairs[0].count, "second")}`,
    percent(count / task.classes[label].support, 1),
  ]);
  const columns = [
    { name: "mistake" },
    { name: "how often", isNumber: true },
    { name: "of its class", isNumber: true },
  ];
  return figure("The most frequent mistakes", "", table("Classes taken for others", columns, rows));
}

function perClass({ classes }: ClassesFindings): string {
  const worst = Array.from(classes.keys()).sort((a, b) => (classes[a].f1 || 0) - (classes[b].f1 || 0) || a - b);
  const chosen = classes.length <= MOST_LINES ? Array.from(classes.keys()) : worst.slice(0, MOST_LINES);
  const rows = chosen.map((k) => {
    const { name: text, precision, recall, f1, support } = classes[k];
    return [
      name(text, 28),
      percent(precision, 1),
      percent(recall, 1),
      `${percent(f1, 1)}${bar(f1)}`,
      thousands(support),
    ];
  });
  const columns = ["class", "precision", "recall", "F1", "examples"].map((text, i) => ({
    name: text,
    isNumber: i > 0,
  }));
  const caption =
    chosen.length < classes.length
      ? `The ${MOST_LINES} of ${counted(classes.length, "class", "classes")} with the lowest F1`
      : "Each class";
  const content = table(caption, columns, rows);
  const note =
    "Precision: of those predicted to be of the class, the share that are. Recall: of those of the class, the share that were found. F1 is between the two.";
  return classes.length > 12
    ? figure("Class by class", note, asTable(content))
    : figure("Class by class", note, content);
}
