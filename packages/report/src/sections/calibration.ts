/** The section about calibration: whether predicted probabilities match observed frequencies. */
import { dot, line, plot, up } from "../charts/plot.ts";
import { linearScale, place, type Scale } from "../charts/scale.ts";
import { asTable, figure, legend, section, table } from "../marks/html.ts";
import { percent, thousands } from "../marks/numbers.ts";
import type { Reliability, ReliabilityBin, RunReport } from "../record.ts";

export function calibrationSection({ findings: { task } }: RunReport): string {
  if (task.kind === "quantities") return "";
  const { bins, error } = task.reliability;
  const filled = bins.filter(({ count }) => count > 0);
  if (filled.length === 0) return "";
  const isOfLabels = task.kind === "labels";
  const [so, are] = isOfLabels ? ["yes", "labels"] : ["right", "predictions"];
  const lead = `Of all ${are} that the network gives 80 %, about 80 % should be ${so}. Here that is so to within ${percent(error, 1)} on average (expected calibration error)${isOfLabels ? "" : ", going by the probability of the predicted class"}.`;
  return section(
    "calibration",
    "How sure it is",
    lead,
    `<div class="pair">${reliability(task.reliability, so)}${histogram(bins)}</div>${asTable(numbers(filled, so))}`,
  );
}

const shares = (): Scale => {
  const scale = linearScale([], { from: 0, to: 100, ticks: 5 });
  return {
    ticks: scale.ticks.map((tick) => tick / 100),
    at: (value) => scale.at(100 * value),
    label: (tick) => `${Math.round(100 * tick)} %`,
  };
};

/** @param so the word for a correct prediction: "right" or "yes" */
function reliability({ bins, error }: Reliability, so: string): string {
  const [x, y] = [shares(), shares()];
  const filled = bins.filter(({ count }) => count > 0);
  const columns = filled.map(({ from, to, accuracy }) => {
    const [left, right] = [x.at(from) + 0.6, x.at(to) - 0.6];
    return `<path class="column" d="M${place(left)} 100V${place(up(y.at(accuracy)))}H${place(right)}V100Z"/>`;
  });
  const dots = filled.map(({ confidence, accuracy }) => dot(x.at(confidence), y.at(accuracy))).join("");
  const label = `Reliability diagram: ${filled.map((bin) => `predictions of ${percent(bin.confidence, 0)} are ${so} ${percent(bin.accuracy, 0)} of the time`).join("; ")}. The expected calibration error is ${percent(error, 1)}.`;
  const shapes = `${columns.join("")}${line(0, 100, 100, 0, "ideal")}<path class="dots first" d="${dots}"/>`;
  const series = legend([
    ["first", so],
    ["ideal", "as it should be"],
  ]);
  return figure(
    "Reliability",
    "",
    `${series}${plot({ x, y, xName: "probability given", yName: `share that is ${so}`, label }, shapes)}`,
  );
}

function histogram(bins: readonly ReliabilityBin[]): string {
  const x = shares();
  const y = linearScale([0, ...bins.map(({ count }) => count)]);
  const columns = bins.map(({ from, to, count }) =>
    count === 0
      ? ""
      : `<path class="column" d="M${place(x.at(from) + 0.6)} 100V${place(up(y.at(count)))}H${place(x.at(to) - 0.6)}V100Z"/>`,
  );
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  const most = bins.reduce((a, b) => (b.count > a.count ? b : a));
  const label = `Histogram of probabilities: most of the ${thousands(all)} predictions, ${thousands(most.count)}, have ${percent(most.from, 0)} to ${percent(most.to, 0)}.`;
  const series = legend([["first", `${thousands(all)} predictions`]]);
  return figure(
    "How often it is how sure",
    "",
    `${series}${plot({ x, y, xName: "probability given", yName: "predictions", label }, columns.join(""))}`,
  );
}

function numbers(bins: readonly ReliabilityBin[], so: string): string {
  const rows = bins.map(({ from, to, count, confidence, accuracy }) => [
    `${percent(from, 0)} to ${percent(to, 0)}`,
    thousands(count),
    percent(confidence, 1),
    percent(accuracy, 1),
  ]);
  const columns = ["probability", "predictions", "mean probability", so].map((text, i) => ({
    name: text,
    isNumber: i > 0,
  }));
  return table("Predictions by their probability", columns, rows);
}
