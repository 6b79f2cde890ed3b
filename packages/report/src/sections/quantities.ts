/** The section about quantities: predicted against true values, and residuals. */
import { dot, line, plot, up } from "../charts/plot.ts";
import { linearScale, place, type Scale } from "../charts/scale.ts";
import { asTable, figure, legend, section, table } from "../marks/html.ts";
import { short, thousands } from "../marks/numbers.ts";
import { name } from "../marks/text.ts";
import type { QuantityFindings, RunReport } from "../record.ts";

/** The most quantities with charts. */
const MOST_CHARTS = 6;
const MOST_LINES = 60;

export function quantitiesSection({ findings: { task } }: RunReport): string {
  if (task.kind !== "quantities") return "";
  const { quantities } = task;
  const charts = quantities.slice(0, MOST_CHARTS).map((quantity) => {
    const of = quantities.length === 1 ? "" : `${name(quantity.name)}: `;
    return `<div class="pair">${scatter(quantity, of)}${residuals(quantity, of)}</div>${asTable(numbers(quantity))}`;
  });
  const lines = quantities
    .slice(0, MOST_LINES)
    .map(({ name: text, rmse, mae, r2 }) => [name(text), short(rmse), short(mae), short(r2)]);
  const columns = ["quantity", "RMSE", "MAE", "R²"].map((text, i) => ({ name: text, isNumber: i > 0 }));
  const more = quantities.length > MOST_LINES ? ` (the first ${MOST_LINES} of ${thousands(quantities.length)})` : "";
  const list = quantities.length === 1 ? "" : table(`Each quantity${more}`, columns, lines);
  const lead =
    "Predictions beside what is true, in the quantity’s own units. R² is 1 at best, and 0 for a prediction of nothing but the mean.";
  return section("quantities", "How far off it is", lead, `${list}${charts.join("")}`);
}

/** @param of the prefix of the title, escaped */
function scatter({ name: text, points, r2 }: QuantityFindings, of: string): string {
  const values = points.flatMap(({ truth, predicted }) => [truth, predicted]);
  const [x, y] = [linearScale(values), linearScale(values)];
  const dots = points.map(({ truth, predicted }) => dot(x.at(truth), y.at(predicted))).join("");
  const shapes = `${line(0, 100, 100, 0, "ideal")}<path class="dots scatter" d="${dots}"/>`;
  const label = `Predicted against true values of ${text.slice(0, 60)}, ${thousands(points.length)} examples; R squared is ${short(r2)}.`;
  const series = legend([
    ["first", `${thousands(points.length)} examples`],
    ["ideal", "predicted = true"],
  ]);
  return figure(
    `${of}${of === "" ? "Predicted" : "predicted"} against true`,
    "",
    `${series}${plot({ x, y, xName: "true", yName: "predicted", label }, shapes)}`,
  );
}

function residuals({ residuals: bins, rmse, mae }: QuantityFindings, of: string): string {
  const x: Scale = linearScale(bins.flatMap(({ from, to }) => [from, to]));
  const y = linearScale([0, ...bins.map(({ count }) => count)]);
  const columns = bins.map(({ from, to, count }) => {
    if (count === 0) return "";
    const [left, right] = [x.at(from), x.at(to)];
    const gap = Math.min(0.3, (right - left) / 8);
    return `<path class="column" d="M${place(left + gap)} 100V${place(up(y.at(count)))}H${place(right - gap)}V100Z"/>`;
  });
  const label = `Histogram of the residuals, predicted minus true: RMSE ${short(rmse)}, MAE ${short(mae)}.`;
  const series = legend([["first", `RMSE ${short(rmse)}, MAE ${short(mae)}`]]);
  const zero = line(x.at(0), 0, x.at(0), 100, "ideal");
  return figure(
    `${of}${of === "" ? "Residuals" : "residuals"}`,
    "",
    `${series}${plot({ x, y, xName: "predicted − true", yName: "examples", label }, `${columns.join("")}${zero}`)}`,
  );
}

function numbers({ residuals: bins }: QuantityFindings): string {
  const rows = bins.map(({ from, to, count }) => [`${short(from)} to ${short(to)}`, thousands(count)]);
  return table("Residuals", [{ name: "predicted − true" }, { name: "examples", isNumber: true }], rows);
}
