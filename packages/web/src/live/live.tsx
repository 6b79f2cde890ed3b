/** A run while it trains: what it has learnt, how its threads work, and what may be done to it. */

import type { Trials } from "@scratch-nn/server/protocol";
import { ConfusionCard } from "./confusion.tsx";
import type { Connection } from "./connection.ts";
import { CurveCards } from "./curves.tsx";
import { Masthead } from "./masthead.tsx";
import { ThreadsCard } from "./threads.tsx";
import { Tiles } from "./tiles.tsx";
import { WeightsCard } from "./weights.tsx";

export function Live({ connection }: { readonly connection: Connection }) {
  const state = connection.state.value;
  const { run, curves, confusion, weights, trials } = state;
  return (
    <div class="live">
      <Masthead state={state} connection={connection} />
      {trials && <TrialsCard trials={trials} />}
      {run === undefined ? (
        trials === undefined && <p class="card muted">The data are being read. Curves appear with the first epoch.</p>
      ) : (
        <>
          <Tiles run={run} state={state} />
          <div class="live-cards">
            <CurveCards curves={curves} epochs={run.epochs} />
            <ThreadsCard state={state} run={run} connection={connection} />
            <WeightsCard weights={weights} run={run} />
            <ConfusionCard confusion={confusion} classes={run.classes} />
          </div>
        </>
      )}
    </div>
  );
}

function TrialsCard({ trials: { done, of } }: { readonly trials: Trials }) {
  return (
    <section class="card">
      <h2>
        {done} of {of} trainings
      </h2>
      <progress max={of} value={done} aria-label="Trainings that are done" />
      <p class="muted small">
        This run is made of many trainings on parts of the data, each on a thread of its own. What is done is kept. How
        good they are is compared in the end, and printed where the run was started.
      </p>
    </section>
  );
}
