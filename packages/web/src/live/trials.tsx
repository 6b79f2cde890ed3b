/** A run of many trainings (folds, a portfolio): how many are done, then its result. */
import type { RunState, Trials } from "@scratch-nn/server/protocol";
import { ConfusionCard } from "./confusion.tsx";
import { Hash, Tile } from "./tiles.tsx";

interface TrialsCardsProps {
  readonly trials: Trials;
  readonly state: RunState;
}

export function TrialsCards({ trials: { done, of, figures = [] }, state }: TrialsCardsProps) {
  const { confusion, result } = state;
  const isOver = figures.length > 0;
  return (
    <>
      {isOver && (
        <section aria-label="Result">
          <div class="tiles">
            {figures.map(([name, value]) => (
              <Tile key={name} name={name} figure={value} note="" />
            ))}
          </div>
          {result && <Hash hash={result.weightsSha256} />}
        </section>
      )}
      <section class="card">
        <h2>
          {done} of {of} trainings
        </h2>
        <progress max={of} value={done} aria-label="Trainings that are done" />
        <p class="muted small">
          This run is made of many trainings on parts of the data, each on a thread of its own. What is done is kept.
          {isOver || " The result appears here when all are done."}
        </p>
      </section>
      {isOver && <ConfusionCard confusion={confusion} classes={confusion?.classes ?? []} />}
    </>
  );
}
