/** The section about learning curves: loss and accuracy over the epochs. */
import { type Point, seriesPath } from "../charts/line-chart.ts";
import { dot, line, plot } from "../charts/plot.ts";
import { countScale, linearScale, percentScale, type Scale } from "../charts/scale.ts";
import { asTable, figure, legend, section, table } from "../marks/html.ts";
import { percent, short, thousands } from "../marks/numbers.ts";
import type { Epoch, EpochFigures, RunReport } from "../record.ts";

/** The most rows of the table. */
const MOST_ROWS = 60;

export function curvesSection({ epochs = [], keptEpoch }: RunReport): string {
  if (epochs.length === 0) return "";
  const charts = [
    chart(epochs, keptEpoch, {
      name: "Loss",
      of: ({ loss }) => loss,
      write: (value) => short(value),
      scale: (values) => linearScale([...values, 0]),
    }),
  ];
  if (epochs.some(({ accuracy }) => accuracy !== undefined)) {
    charts.push(
      chart(epochs, keptEpoch, {
        name: "Accuracy",
        of: ({ accuracy = Number.NaN }) => 100 * accuracy,
        write: (value) => percent(value / 100),
        scale: percentScale,
      }),
    );
  }
  const kept = keptEpoch === undefined ? "" : ` The vertical line marks epoch ${keptEpoch}, whose weights were kept.`;
  const lead = `Each epoch’s mean over the training examples, as they were gone through${epochs.some(({ validation }) => validation) ? "; of the validation examples, after it" : ""}.${kept}`;
  return section(
    "curves",
    "How it learnt",
    lead,
    `<div class="pair">${charts.join("")}</div>${asTable(numbers(epochs))}`,
  );
}

interface Measure {
  readonly name: string;
  readonly of: (figures: EpochFigures) => number;
  readonly write: (value: number) => string;
  readonly scale: (values: readonly number[]) => Scale;
}

function chart(epochs: readonly Epoch[], keptEpoch: number | undefined, { name, of, write, scale }: Measure): string {
  const train = epochs.map((epoch): Point => ({ x: epoch.epoch, y: of(epoch) }));
  const validation = epochs.flatMap(({ epoch, validation: figures }): Point[] =>
    figures === undefined ? [] : [{ x: epoch, y: of(figures) }],
  );
  const values = [...train, ...validation].map((point) => point.y);
  const [first, last] = [epochs[0], epochs[epochs.length - 1]];
  const x = countScale(first.epoch, last.epoch);
  const y = scale(values);
  const end = train[train.length - 1];
  const label = [
    `${name} of training over ${thousands(epochs.length)} epochs, from ${write(train[0].y)} to ${write(end.y)}`,
    ...(validation.length === 0
      ? []
      : [`of validation, from ${write(validation[0].y)} to ${write(validation[validation.length - 1].y)}`]),
  ].join("; ");
  const shapes = [
    keptEpoch === undefined ? "" : line(x.at(keptEpoch), 0, x.at(keptEpoch), 100, "kept"),
    seriesPath(train, { x, y }, "series first"),
    seriesPath(validation, { x, y }, "series second"),
    `<path class="end first" d="${dot(x.at(end.x), y.at(end.y))}"/>`,
    ...validation.slice(-1).map((point) => `<path class="end second" d="${dot(x.at(point.x), y.at(point.y))}"/>`),
  ];
  const series = legend([
    ["first", `training ${write(end.y)}`],
    ...validation.slice(-1).map((point) => ["second dashed", `validation ${write(point.y)}`] as const),
  ]);
  return figure(
    name,
    "",
    `${series}${plot({ x, y, xName: "epoch", yName: name.toLowerCase(), label }, shapes.join(""))}`,
  );
}

function numbers(epochs: readonly Epoch[]): string {
  const most = MOST_ROWS;
  const shown =
    epochs.length <= most
      ? epochs
      : Array.from({ length: most }, (_, i) => epochs[Math.round((i * (epochs.length - 1)) / (most - 1))]);
  const hasAccuracy = epochs.some(({ accuracy }) => accuracy !== undefined);
  const isValidated = epochs.some(({ validation }) => validation !== undefined);
  const columns = [
    { name: "epoch", isNumber: true },
    { name: "training loss", isNumber: true },
    ...(hasAccuracy ? [{ name: "training accuracy", isNumber: true }] : []),
    ...(isValidated ? [{ name: "validation loss", isNumber: true }] : []),
    ...(isValidated && hasAccuracy ? [{ name: "validation accuracy", isNumber: true }] : []),
  ];
  const rows = shown.map(({ epoch, loss, accuracy, validation }) => [
    thousands(epoch),
    short(loss, 5),
    ...(hasAccuracy ? [percent(accuracy ?? Number.NaN)] : []),
    ...(isValidated ? [short(validation?.loss ?? Number.NaN, 5)] : []),
    ...(isValidated && hasAccuracy ? [percent(validation?.accuracy ?? Number.NaN)] : []),
  ]);
  const caption =
    shown.length === epochs.length
      ? "Every epoch"
      : `${shown.length} of ${thousands(epochs.length)} epochs, evenly taken`;
  return table(caption, columns, rows);
}
