/** Shows loss and accuracy by epoch during training. */
import { LineChart } from "../shared/line-chart.tsx";
import type { Trainer } from "./trainer.ts";

export function CurvesCard({ trainer }: { readonly trainer: Trainer }) {
  const { epochs, losses, accuracies } = trainer.curves.value;
  const summary = trainer.summary.value;
  const settings = trainer.settings.value;
  const phase = trainer.phase.value;
  const all = settings?.epochs ?? 1;
  const share = summary === undefined ? 0 : (epochs.length + trainer.examples.value / summary.examples) / all;
  const last = losses.length - 1;
  return (
    <section class="card" aria-labelledby="curves">
      <div class="row spread">
        <h2 id="curves">Learning</h2>
        <span class="small muted">{summary !== undefined && describeSpeed(trainer.speed.value, summary.threads)}</span>
      </div>
      {phase === "idle" && epochs.length === 0 && (
        <p class="muted">Press Train: the curves grow here, epoch by epoch.</p>
      )}
      {trainer.said.value !== "" && (
        <p role={phase === "failed" ? "alert" : "status"} class="notice">
          {trainer.said.value}
          {trainer.said.value.includes(" --") && (
            <span class="small"> (What begins with -- is the command line's.)</span>
          )}
        </p>
      )}
      {summary !== undefined && (
        <>
          <p class="small muted">
            {summary.examples.toLocaleString("en")} examples to learn from
            {summary.label === undefined ? "" : ` (label: ${summary.label})`}, {summary.tested.toLocaleString("en")}{" "}
            held back; network {summary.layers.join(" – ")}, {summary.parameters.toLocaleString("en")} parameters,{" "}
            {summary.shards} {summary.shards === 1 ? "shard" : "shards"}.
          </p>
          {summary.remarks.map((remark) => (
            <p key={remark} class="small muted">
              {remark}
            </p>
          ))}
          <progress max={1} value={phase === "done" ? 1 : Math.min(share, 1)} aria-label="Progress" />
          <p class="figures" aria-live="off">
            Epoch <b>{epochs.length}</b> of {all}
            {last >= 0 && (
              <>
                {" "}
                · loss <b>{losses[last].toFixed(4)}</b>
                {accuracies.length > last && (
                  <>
                    {" "}
                    · accuracy <b>{accuracies[last].toFixed(2)} %</b>
                  </>
                )}
              </>
            )}
            {phase === "paused" && " · paused"}
          </p>
          <div class="charts">
            <LineChart
              label="Training loss by epoch"
              xName="epoch"
              x={epochs}
              curves={[{ name: "loss", colour: "negative", values: losses }]}
            />
            {summary.classes.length > 0 && (
              <LineChart
                label="Training accuracy by epoch, in per cent"
                xName="epoch"
                x={epochs}
                curves={[{ name: "accuracy %", colour: "positive", values: accuracies }]}
              />
            )}
          </div>
        </>
      )}
    </section>
  );
}

function describeSpeed(examplesPerSecond: number, threads: number): string {
  const on = threads === 1 ? "one thread" : `${threads} threads`;
  return examplesPerSecond > 0 ? `${Math.round(examplesPerSecond).toLocaleString("en")} examples/s on ${on}` : on;
}
