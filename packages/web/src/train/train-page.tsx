import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { UrlState } from "../shared/url-state.ts";
import { CurvesCard } from "./curves-card.tsx";
import { OutcomeCard } from "./outcome-card.tsx";
import { readSettings, type TrainSettings, writeSettings } from "./settings.ts";
import { SettingsForm } from "./settings-form.tsx";
import { readFile, useDroppedFiles } from "./table-file.ts";
import type { Trainer } from "./trainer.ts";

export function TrainPage({ state, trainer }: { readonly state: UrlState; readonly trainer: Trainer }) {
  const settings = useSignal(readSettings(state.get));
  /** Why the chosen file cannot be read; "" if it can. */
  const refusal = useSignal("");
  useEffect(
    () =>
      state.onChange(() => {
        settings.value = readSettings(state.get);
      }),
    [state, settings],
  );
  const change = (changed: Partial<TrainSettings>): void => {
    settings.value = { ...settings.value, ...changed };
    state.set(writeSettings(settings.value));
  };
  const takeFile = async (file: File): Promise<void> => {
    // The data of a run cannot change while it is under way.
    if (trainer.isAtWork) return;
    const read = await readFile(file);
    refusal.value = typeof read === "string" ? read : "";
    // Another table clears the label, which named a column of the previous one. A label in the address is for the first
    // table.
    const isAnother = typeof read !== "string" && trainer.table.value !== undefined;
    if (typeof read !== "string") trainer.table.value = read;
    change({ data: "table", ...(isAnother ? { label: "" } : {}) });
  };
  const train = (): void => {
    trainer.start(settings.value);
    // On a phone the curves are below the settings.
    document.querySelector("#curves")?.scrollIntoView({ block: "nearest" });
  };
  useDroppedFiles(takeFile);
  return (
    <div class="train">
      <div class="lead">
        <h1>Train a network in this page</h1>
        <p>
          On digits that the page draws, or on a table of yours, which never leaves this machine. The arithmetic is the
          command line's: the same settings give the same weights, to the last bit.
        </p>
      </div>
      <SettingsForm
        settings={settings.value}
        table={trainer.table.value}
        refusal={refusal.value}
        phase={trainer.phase.value}
        onChange={change}
        onFile={takeFile}
        onTrain={train}
        onPause={() => trainer.pause()}
        onGo={(until) => trainer.go(until)}
        onStop={() => trainer.end()}
      />
      <div class="train-results">
        <CurvesCard trainer={trainer} />
        <OutcomeCard trainer={trainer} />
      </div>
    </div>
  );
}
