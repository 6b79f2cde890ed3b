/** The header with the most important figures. */
import { counted, percent, short, thousands } from "../marks/numbers.ts";
import { name, shown } from "../marks/text.ts";
import type { Evaluated, RunReport, TaskFindings } from "../record.ts";

export function headline(report: RunReport): string {
  const { data, run, findings } = report;
  const { evaluated, task } = findings;
  const tiles = figuresOf(task).map(([text, value]) => `<div><dt>${text}</dt><dd>${value}</dd></div>`);
  return `<header><p class="over">scratch-nn <span aria-hidden="true">·</span> report of a run</p>
<h1>${name(data.split(/[\\/]/).at(-1) || data, 80)}</h1>
<p class="where"><bdi>${shown(run, 200)}</bdi></p>
<dl class="tiles">${tiles.join("")}</dl>
<p class="of">${describePart(evaluated)}</p></header>`;
}

/** Describes the evaluated part of the data. */
function describePart({ part, examples, of }: Evaluated): string {
  const some =
    examples < of
      ? `${thousands(examples)} of ${counted(of, "example")}, evenly taken, `
      : `the ${counted(examples, "example")} `;
  if (part === "test") return `On ${some}held back for testing, which it has never seen.`;
  if (part === "validation") return `On ${some}that it was validated on: there is no test part.`;
  return `On ${some}that it was trained on, since none was held back: figures of what it has never seen would be worse.`;
}

function figuresOf(task: TaskFindings): (readonly [name: string, value: string])[] {
  switch (task.kind) {
    case "classes":
      return [
        ["accuracy", percent(task.accuracy)],
        ["macro F1", percent(task.macroF1)],
        task.rocAuc === undefined ? ["classes", thousands(task.classes.length)] : ["ROC AUC", short(task.rocAuc)],
        ["loss", short(task.loss)],
        ["calibration error", percent(task.reliability.error, 1)],
      ];
    case "labels":
      return [
        ["all labels right", percent(task.accuracy)],
        ["macro F1", percent(task.macroF1)],
        ["labels", thousands(task.labels.length)],
        ["loss", short(task.loss)],
        ["calibration error", percent(task.reliability.error, 1)],
      ];
    case "quantities": {
      const [first] = task.quantities;
      if (task.quantities.length > 1) {
        const mean = task.quantities.reduce((sum, { r2 }) => sum + r2, 0) / task.quantities.length;
        return [
          ["mean R²", short(mean)],
          ["quantities", thousands(task.quantities.length)],
          ["loss", short(task.loss)],
        ];
      }
      return [
        ["R²", short(first.r2)],
        ["RMSE", short(first.rmse)],
        ["MAE", short(first.mae)],
        ["loss", short(task.loss)],
      ];
    }
  }
}
