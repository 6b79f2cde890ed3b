/**
 * Draws docs/train.svg: the run that the README's first command makes, its digits, its learning
 * curve and its confusion matrix. `node docs/picture.ts > docs/train.svg`; the same bytes each time.
 */
import { createNetwork, type EpochReport, type Evaluation, evaluate, predict } from "@scratch-nn/core";
import { type Dataset, openDataset, testExamples, trainingExamples } from "@scratch-nn/data";
import * as parallel from "@scratch-nn/parallel";

const EPOCHS = 180;
const [WIDTH, HEIGHT] = [860, 300];
const INK = "#1f2937";
const FAINT = "#9ca3af";
const BLUE = "#2563eb";
const GREEN = "#059669";
const RED = "#dc2626";

const dataset = await openDataset("digits");
const network = createNetwork({ layers: [784, 10, 10] });
const { epochs } = await parallel.fit(network, trainingExamples(dataset), { epochs: EPOCHS });
const test = testExamples(dataset)!;
const { classes: predicted } = predict(network, dataset.X);
process.stdout.write(`${page(dataset, predicted, epochs, evaluate(network, test))}\n`);

function page(digits: Dataset, guesses: Uint16Array, reports: readonly EpochReport[], evaluation: Evaluation): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="12" fill="${INK}">
<title>A training run: unseen digits and their classes, the learning curve, the confusion matrix</title>
<rect width="${WIDTH}" height="${HEIGHT}" rx="8" fill="#ffffff" stroke="#e5e7eb"/>
${text(24, 30, "unseen digits and their classes", "start", INK)}
${samples(digits, guesses, 24, 44)}
${text(310, 30, `loss and train accuracy by epoch`, "start", INK)}
${curve(reports, 310, 44, 250, 216)}
${text(608, 30, `test accuracy ${(100 * evaluation.accuracy!).toFixed(2)} %: class by prediction`, "start", INK)}
${matrix(evaluation, digits.classes.length, 624, 56, 204)}
</svg>`;
}

function text(x: number, y: number, words: string, anchor: "start" | "middle" | "end", fill: string): string {
  return `<text x="${Number(x.toFixed(1))}" y="${Number(y.toFixed(1))}" text-anchor="${anchor}" fill="${fill}">${words}</text>`;
}

/** Twenty digits of the test part, a path for each of four shades. */
function samples(digits: Dataset, guesses: Uint16Array, left: number, top: number): string {
  const side = 28;
  return Array.from(digits.test.subarray(0, 20), (column, i) => {
    const [x, y] = [left + 52 * (i % 5), top + 60 * Math.floor(i / 5)];
    const pixels = digits.X.subarray(784 * column, 784 * (column + 1));
    const shades = [1, 2, 3, 4].map((shade) => {
      const cells = Array.from(pixels.keys()).filter((p) => Math.round(pixels[p] / 64) === shade);
      const path = cells.map((p) => `M${p % side} ${Math.floor(p / side)}h1v1h-1z`).join("");
      return `<path d="${path}" opacity="${shade / 4}"/>`;
    });
    const right = guesses[column] === digits.labels[column];
    const label = text(x + 21, y + 55, digits.classes[guesses[column]], "middle", right ? GREEN : RED);
    return `<g transform="translate(${x} ${y}) scale(1.5)" shape-rendering="crispEdges">${shades.join("")}</g>${label}`;
  }).join("\n");
}

function curve(reports: readonly EpochReport[], left: number, top: number, width: number, height: number): string {
  const most = Math.max(...reports.map(({ loss }) => loss));
  const line = (value: (report: EpochReport) => number, colour: string): string => {
    const points = reports.map((report, i) => {
      const x = left + (width * i) / (reports.length - 1);
      return `${x.toFixed(1)},${(top + height * (1 - value(report))).toFixed(1)}`;
    });
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`;
  };
  const last = reports.at(-1)!;
  const right = left + width;
  return [
    `<path d="M${left} ${top}V${top + height}H${right}" fill="none" stroke="${FAINT}"/>`,
    line(({ loss }) => loss / most, BLUE),
    line(({ accuracy }) => accuracy!, GREEN),
    text(right, top + height * (1 - last.loss / most) + 20, `loss ${last.loss.toFixed(3)}`, "end", BLUE),
    text(right, top + height * (1 - last.accuracy!) + 20, `${(100 * last.accuracy!).toFixed(2)} %`, "end", GREEN),
    text(left, top + height + 18, "1", "start", FAINT),
    text(right, top + height + 18, String(reports.length), "end", FAINT),
  ].join("\n");
}

function matrix(evaluation: Evaluation, classes: number, left: number, top: number, size: number): string {
  const cell = size / classes;
  const counts = Array.from(evaluation.confusion!.cells());
  const most = Math.max(...counts.map(({ count }) => count));
  const cells = counts.map(({ label: row, predicted: column, count }) => {
    const opacity = Math.max(0.08, count / most);
    const box = `<rect x="${(left + cell * column).toFixed(1)}" y="${(top + cell * row).toFixed(1)}" width="${cell.toFixed(1)}" height="${cell.toFixed(1)}" fill="${row === column ? GREEN : RED}" opacity="${opacity.toFixed(2)}"/>`;
    const number = `<text x="${(left + cell * (column + 0.5)).toFixed(1)}" y="${(top + cell * (row + 0.7)).toFixed(1)}" text-anchor="middle" font-size="9" fill="${row === column ? "#ffffff" : INK}">${count}</text>`;
    return box + number;
  });
  const names = Array.from({ length: classes }, (_, k) => {
    const middle = cell * (k + 0.5);
    return (
      text(left - 8, top + middle + 4, String(k), "middle", FAINT) +
      text(left + middle, top + size + 16, String(k), "middle", FAINT)
    );
  });
  return [...cells, ...names].join("\n");
}
