/** Shows the curves of loss and accuracy over the epochs. */
import type { Curves } from "@scratch-nn/server/protocol";
import { useMemo } from "preact/hooks";
import { perCent } from "../shared/bars.tsx";
import { type Curve, LineChart } from "../shared/line-chart.tsx";

export function CurveCards({ curves, epochs }: { readonly curves: Curves; readonly epochs: number }) {
  const points = useMemo(() => withLast(curves), [curves]);
  const { last } = curves;
  const loss: Curve[] = [
    { name: "training", colour: "accent", values: points.loss },
    ...(hasNumbers(points.validationLoss)
      ? [{ name: "validation", colour: "negative", values: points.validationLoss }]
      : []),
  ];
  const accuracy: Curve[] = [
    ...(hasNumbers(points.accuracy)
      ? [{ name: "training", colour: "accent", values: inPerCent(points.accuracy) }]
      : []),
    ...(hasNumbers(points.validationAccuracy)
      ? [{ name: "validation", colour: "negative", values: inPerCent(points.validationAccuracy) }]
      : []),
  ];
  const where = last === undefined ? "no epoch yet" : `after epoch ${last.epoch} of ${epochs}`;
  return (
    <>
      <section class="card">
        <h2>Loss</h2>
        <LineChart
          label={`Loss by epoch; ${where} ${last?.loss.toFixed(4) ?? ""}`}
          xName="epoch"
          x={points.epochs}
          curves={loss}
        />
      </section>
      {accuracy.length > 0 && (
        <section class="card">
          <h2>Accuracy, in per cent</h2>
          <LineChart
            label={`Accuracy by epoch, in per cent; ${where} ${last?.accuracy === undefined ? "" : perCent(last.accuracy)}`}
            xName="epoch"
            x={points.epochs}
            curves={accuracy}
          />
        </section>
      )}
    </>
  );
}

type Points = Pick<Curves, "epochs" | "loss" | "accuracy" | "validationLoss" | "validationAccuracy">;

/** Adds the last epoch, which is always drawn. */
function withLast(curves: Curves): Points {
  const { last, epochs } = curves;
  if (last === undefined || epochs.at(-1) === last.epoch) return curves;
  return {
    epochs: [...epochs, last.epoch],
    loss: [...curves.loss, last.loss],
    accuracy: [...curves.accuracy, last.accuracy ?? null],
    validationLoss: [...curves.validationLoss, last.validation?.loss ?? null],
    validationAccuracy: [...curves.validationAccuracy, last.validation?.accuracy ?? null],
  };
}

/** In per cent, rounded to tenths, like all figures of the page. */
const inPerCent = (values: Points["accuracy"]): (number | null)[] =>
  values.map((value) => (value === null ? null : Math.round(1000 * value) / 10));

const hasNumbers = (values: readonly (number | null)[]): boolean => values.some((value) => value !== null);
