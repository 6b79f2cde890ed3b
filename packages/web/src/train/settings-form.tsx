/** The form of the settings, with the buttons that start, pause, resume and stop training. */
import { ACTIVATIONS, OPTIMIZERS } from "@scratch-nn/core";
import { useState } from "preact/hooks";
import { DropZone } from "./drop-zone.tsx";
import type { TableFile } from "./protocol.ts";
import { LIMITS, PARSERS, type TrainSettings, textOf } from "./settings.ts";
import type { Phase } from "./trainer.ts";

export interface SettingsFormProps {
  readonly settings: TrainSettings;
  readonly table: TableFile | undefined;
  /** Why the last chosen file cannot be read; "" if it can. */
  readonly refusal: string;
  readonly phase: Phase;
  readonly onChange: (changed: Partial<TrainSettings>) => void;
  readonly onFile: (file: File) => void;
  readonly onTrain: () => void;
  readonly onPause: () => void;
  readonly onGo: (until: "end" | "epoch") => void;
  readonly onStop: () => void;
}

export function SettingsForm(props: SettingsFormProps) {
  const { settings, table, phase, onChange } = props;
  const isOver = phase === "idle" || phase === "done" || phase === "failed";
  const canTrain = settings.data === "digits" || table !== undefined;
  const field = (key: keyof TrainSettings, name: string, hint: string) => (
    <TextField key={key} setting={key} name={name} hint={hint} settings={settings} onChange={onChange} />
  );
  return (
    <form
      class="card train-form"
      aria-label="Settings"
      onSubmit={(event) => {
        event.preventDefault();
        if (isOver && canTrain) props.onTrain();
      }}
    >
      <div class="row">
        {isOver && (
          <button class="primary" type="submit" disabled={!canTrain}>
            {phase === "done" ? "Train again" : "Train"}
          </button>
        )}
        {(phase === "training" || phase === "pausing") && (
          <button class="primary" type="button" onClick={props.onPause} disabled={phase === "pausing"}>
            Pause
          </button>
        )}
        {phase === "paused" && (
          <>
            <button class="primary" type="button" onClick={() => props.onGo("end")}>
              Go on
            </button>
            <button type="button" onClick={() => props.onGo("epoch")}>
              One epoch
            </button>
          </>
        )}
        {!isOver && (
          <button type="button" onClick={props.onStop}>
            Stop
          </button>
        )}
        {!canTrain && <span class="small muted">Choose a file first.</span>}
      </div>
      <fieldset class="plain" disabled={!isOver}>
        <legend>Data</legend>
        <div class="row choice">
          <button type="button" aria-pressed={settings.data === "digits"} onClick={() => onChange({ data: "digits" })}>
            Drawn digits
          </button>
          <button type="button" aria-pressed={settings.data === "table"} onClick={() => onChange({ data: "table" })}>
            Your table
          </button>
        </div>
        {settings.data === "digits" ? (
          field("examples", "Digits", `${LIMITS.examples.min} to ${LIMITS.examples.max}, a fifth held back for testing`)
        ) : (
          <>
            <DropZone table={table} onFile={props.onFile} />
            {props.refusal !== "" && (
              <p role="alert" class="notice small">
                {props.refusal}
              </p>
            )}
            {field("label", "Label column", "by name; empty: found")}
          </>
        )}
      </fieldset>
      <fieldset class="plain" disabled={!isOver}>
        <legend>Network</legend>
        <div class="pair">
          {field("hidden", "Hidden units", "of each layer: 64,32")}
          <ChoiceField
            name="Activation"
            value={settings.activation}
            choices={ACTIVATIONS}
            onChange={(activation) => onChange({ activation })}
          />
        </div>
      </fieldset>
      <fieldset class="plain" disabled={!isOver}>
        <legend>Training</legend>
        <div class="pair">
          <ChoiceField
            name="Optimiser"
            value={settings.optimizer}
            choices={OPTIMIZERS}
            onChange={(optimizer) => onChange({ optimizer })}
          />
          {field("learningRate", "Learning rate", "alpha")}
          {field("batchSize", "Batch size", "a number, or full")}
          {field("epochs", "Epochs", `1 to ${LIMITS.epochs.max}`)}
          {field("seed", "Seed", "of everything random")}
          {field("shards", "Shards", "empty: by the batch")}
        </div>
        {globalThis.crossOriginIsolated ? (
          field("workers", "Threads", `1 to ${LIMITS.workers.max}; they change no bit`)
        ) : (
          <p class="small muted">
            One thread: several need a page that is served isolated (COOP and COEP), as <code>train --ui</code> serves
            it.
          </p>
        )}
      </fieldset>
    </form>
  );
}

interface TextFieldProps {
  readonly setting: keyof TrainSettings;
  readonly name: string;
  readonly hint: string;
  readonly settings: TrainSettings;
  readonly onChange: (changed: Partial<TrainSettings>) => void;
}

/** A text field for a setting. What the user types takes effect once it is valid. */
function TextField({ setting, name, hint, settings, onChange }: TextFieldProps) {
  const kept = textOf(settings[setting]);
  const [typed, setTyped] = useState<{ readonly text: string; readonly kept: string }>();
  // A change from elsewhere replaces the typed text.
  const text = typed !== undefined && typed.kept === kept ? typed.text : kept;
  const isOptional = setting === "shards" || setting === "label";
  const isRead = PARSERS[setting](text) !== undefined || (isOptional && text === "");
  const type = (next: string): void => {
    const value = PARSERS[setting](next);
    const counts = value !== undefined || (isOptional && next === "");
    setTyped({ text: next, kept: counts ? textOf(value) : kept });
    if (counts) onChange({ [setting]: value });
  };
  return (
    <label class="field">
      {name}
      <input
        value={text}
        spellcheck={false}
        autocomplete="off"
        inputMode={setting === "hidden" || setting === "batchSize" || setting === "label" ? "text" : "decimal"}
        aria-invalid={!isRead}
        onInput={({ currentTarget }) => type(currentTarget.value)}
      />
      <span class={isRead ? "hint" : "hint wrong"}>{isRead ? hint : `expected: ${hint}`}</span>
    </label>
  );
}

interface ChoiceFieldProps<Name extends string> {
  readonly name: string;
  readonly value: Name;
  readonly choices: readonly Name[];
  readonly onChange: (value: Name) => void;
}

function ChoiceField<Name extends string>({ name, value, choices, onChange }: ChoiceFieldProps<Name>) {
  return (
    <label class="field">
      {name}
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value as Name)}>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}
