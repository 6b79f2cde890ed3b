/** Shows a run in training: its figures, its threads, and the controls. */

import { ConfusionCard } from "./confusion.tsx";
import type { Connection } from "./connection.ts";
import { CurveCards } from "./curves.tsx";
import { Masthead } from "./masthead.tsx";
import { ThreadsCard } from "./threads.tsx";
import { Tiles } from "./tiles.tsx";
import { TrialsCards } from "./trials.tsx";
import { WeightsCard } from "./weights.tsx";

export function Live({ connection }: { readonly connection: Connection }) {
  const state = connection.state.value;
  const { run, curves, confusion, weights, trials } = state;
  return (
    <div class="live">
      <Masthead state={state} connection={connection} />
      {trials && <TrialsCards trials={trials} state={state} />}
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
