/** The section about labels, of which an example may have several: the figures of each. */
import { bar, section, table } from "../marks/html.ts";
import { percent, short, thousands } from "../marks/numbers.ts";
import { name } from "../marks/text.ts";
import type { LabelFindings, RunReport } from "../record.ts";

const MOST_LABELS = 60;

export function labelsSection({ findings: { task } }: RunReport): string {
  if (task.kind !== "labels") return "";
  const { labels } = task;
  const order = Array.from(labels.keys());
  if (labels.length > MOST_LABELS) order.sort((a, b) => (labels[a].f1 || 0) - (labels[b].f1 || 0) || a - b);
  const columns = ["label", "accuracy", "precision", "recall", "F1", "ROC AUC", "yes"].map((text, i) => ({
    name: text,
    isNumber: i > 0,
  }));
  const caption =
    labels.length > MOST_LABELS
      ? `The ${MOST_LABELS} of ${thousands(labels.length)} labels with the lowest F1`
      : "Each label";
  const rows = order.slice(0, MOST_LABELS).map((k) => row(labels[k]));
  const lead =
    "Each label has a probability of its own, and is predicted where that is above a half. Precision, recall and F1 are those of yes.";
  return section("labels", "Label by label", lead, table(caption, columns, rows));
}

function row({ name: text, accuracy, precision, recall, f1, rocAuc, support }: LabelFindings): string[] {
  return [
    name(text, 40),
    percent(accuracy, 1),
    percent(precision, 1),
    percent(recall, 1),
    `${percent(f1, 1)}${bar(f1)}`,
    short(rocAuc ?? Number.NaN),
    thousands(support),
  ];
}
