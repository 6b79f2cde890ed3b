/** Shows the run's name and phase, and the buttons to stop and resume it. */

import type { Action, Phase, RunState } from "@scratch-nn/server/protocol";
import { useState } from "preact/hooks";
import type { Connection, Line } from "./connection.ts";

const PHASES: Readonly<Record<Phase, string>> = {
  waiting: "about to begin",
  training: "training",
  stopping: "stopping, and saving",
  stopped: "stopped, and saved",
  finished: "finished",
  failed: "failed",
  elsewhere: "trained by another process",
};

const HINTS: Readonly<Record<Line, string>> = {
  connecting: "The page is looking for its run …",
  open: "",
  lost: "The run's process does not answer: it has ended, or this machine sleeps. The page shows what it knew last, and goes on by itself when the run is there again (pnpm ui, with the run's folder).",
};

export function Masthead({ state, connection }: { readonly state: RunState; readonly connection: Connection }) {
  const { run, phase, message } = state;
  const line = connection.line.value;
  const [refusal, setRefusal] = useState("");
  const isOpen = line === "open";
  const act = async (action: Action): Promise<void> => {
    const { message = "" } = await connection.act(action);
    setRefusal(message);
  };
  return (
    <section class="live-head" aria-label="The run">
      <div>
        <h1>{titleOf(state)}</h1>
        <p class="muted">{promiseOf(state)}</p>
        {run && (
          <p class="muted small">
            <span class="mono">{run.layers.join("–")}</span> {run.activation}, {run.optimizer}
            {run.examples > 0 && `, ${run.examples.toLocaleString("en")} examples`}
            {" · "}
            <span class="mono">{run.folder}</span>
          </p>
        )}
      </div>
      <div class="row">
        <output class={`phase ${isOpen ? phase : "lost"}`}>{isOpen ? PHASES[phase] : "not connected"}</output>
        {(phase === "training" || phase === "stopping") && (
          <button type="button" disabled={!isOpen || phase === "stopping"} onClick={() => act("stop")}>
            Stop and save
          </button>
        )}
        {phase === "stopped" && (
          <button type="button" class="primary" disabled={!isOpen} onClick={() => act("go-on")}>
            Go on
          </button>
        )}
      </div>
      {HINTS[line] !== "" && <p class="notice live-wide">{HINTS[line]}</p>}
      {(message ?? refusal) !== "" && (
        <p role="alert" class="notice live-wide">
          {message ?? refusal}
        </p>
      )}
    </section>
  );
}

function titleOf({ run, phase, trials }: RunState): string {
  if (run === undefined && trials !== undefined) return phase === "finished" ? "Trained" : "Training";
  if (run === undefined) return "A training begins";
  return `${phase === "finished" ? "Trained" : "Training"} on ${nameOf(run.data)}`;
}

/** Explains the page to a first-time visitor. */
function promiseOf({ run, phase, trials }: RunState): string {
  if (run === undefined && trials !== undefined) return "Many neural networks learn, each on a part of the data.";
  if (phase === "finished" || phase === "failed") {
    return "What a neural network has learnt: its errors epoch by epoch, its first layer's weights, and which classes it takes for which.";
  }
  const kill = (run?.threads ?? 1) > 1 ? " Kill a worker: the weights come out the same, bit for bit." : "";
  return `A neural network learns, epoch by epoch. Watch its errors fall.${kill} Stop it, and let it go on.`;
}

/** A path's last part. */
function nameOf(data: string): string {
  return data.split(/[\\/]/).findLast((part) => part !== "") ?? data;
}
