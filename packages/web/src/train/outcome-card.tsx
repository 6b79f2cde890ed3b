/** Shows the result of a run: the test's figures, the weights' hash, and the command that gives the same weights. */
import { decodeModel } from "@scratch-nn/core";
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { pageModel } from "../model/page-model.ts";
import { formatAddress } from "../shared/url-state.ts";
import type { Outcome } from "./protocol.ts";
import { commandLine } from "./settings.ts";
import type { Trainer } from "./trainer.ts";

export function OutcomeCard({ trainer }: { readonly trainer: Trainer }) {
  const outcome = trainer.outcome.value;
  const settings = trainer.settings.value;
  const summary = trainer.summary.value;
  const [copied, setCopied] = useState("");
  if (outcome === undefined || settings === undefined || summary === undefined) return null;
  const command = commandLine(settings, trainer.tableName.value);
  const draw = (): void => {
    pageModel.value = decodeModel(outcome.model);
    location.hash = formatAddress("draw", new URLSearchParams({ network: "page" }));
  };
  const copy = (): void => {
    navigator.clipboard.writeText(command).then(
      () => setCopied("Copied."),
      () => setCopied("The browser does not allow it: mark the text instead."),
    );
  };
  return (
    <section class="card" aria-labelledby="outcome">
      <h2 id="outcome">{headline(outcome, summary.tested)}</h2>
      <dl class="facts">
        <dt>Weights SHA-256</dt>
        <dd class="mono" id="weights-sha256">
          {outcome.weightsSha256 ?? "needs a page served by https or from this machine"}
        </dd>
        <dt>The same weights on the command line</dt>
        <dd>
          <code class="command">
            {command.split(/ (?=--)/).map((part, k) => (
              // A line break does not separate a flag from its value.
              <Fragment key={part}>
                {k > 0 && " "}
                <span>{part}</span>
              </Fragment>
            ))}
          </code>
        </dd>
      </dl>
      <div class="row">
        <button type="button" onClick={copy}>
          Copy the command
        </button>
        {settings.data === "digits" && (
          <button type="button" onClick={draw}>
            Draw with this network
          </button>
        )}
        <button type="button" onClick={() => download(outcome.model)}>
          Download the model
        </button>
        <span role="status" class="small muted">
          {copied}
        </span>
      </div>
      {outcome.confusion.length > 0 && <Confusion rows={outcome.confusion} classes={summary.classes} />}
    </section>
  );
}

function headline({ testAccuracy, testErrors }: Outcome, tested: number): string {
  const held = tested.toLocaleString("en");
  if (testAccuracy !== undefined)
    return `${(100 * testAccuracy).toFixed(2)} % of the ${held} held back are read correctly`;
  if (testErrors === undefined) return "Trained";
  const { r2, rmse, mae } = testErrors;
  return `R2 ${r2.toFixed(4)}, RMSE ${rmse.toPrecision(4)}, MAE ${mae.toPrecision(4)} on the ${held} held back`;
}

interface ConfusionProps {
  readonly rows: readonly (readonly number[])[];
  readonly classes: readonly string[];
}

function Confusion({ rows, classes }: ConfusionProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keys, too
    <section class="scrolls" aria-label="Confusion matrix" tabIndex={0}>
      <table class="confusion">
        <caption class="small muted">A row for each class, a column for what the network says.</caption>
        <thead>
          <tr>
            <td />
            {classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((counts, label) => (
            <tr key={classes[label]}>
              <th scope="row">{classes[label]}</th>
              {counts.map((count, predicted) => (
                <td key={classes[predicted]} class={cellClass(count, label === predicted)}>
                  {count === 0 ? "·" : count}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function cellClass(count: number, isRight: boolean): string {
  if (count === 0) return "none";
  return isRight ? "right" : "wrong";
}

function download(model: Uint8Array): void {
  const address = URL.createObjectURL(new Blob([new Uint8Array(model)]));
  const link = document.createElement("a");
  link.href = address;
  link.download = "model.safetensors";
  link.click();
  URL.revokeObjectURL(address);
}
