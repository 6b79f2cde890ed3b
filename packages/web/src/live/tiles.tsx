/** Shows the current figures. */
import type { RunFacts, RunState } from "@scratch-nn/server/protocol";
import { perCent } from "../shared/bars.tsx";

export function Tiles({ run, state }: { readonly run: RunFacts; readonly state: RunState }) {
  const { curves, progress, confusion, phase, result } = state;
  const { last } = curves;
  const isOver = phase === "finished";
  const epoch = last?.epoch ?? 0;
  const isTraining = phase === "training" && progress !== undefined;
  const share = isOver ? 1 : Math.max(epoch / run.epochs, isTraining ? progress.share : 0);
  const held = result?.testAccuracy ?? last?.validation?.accuracy ?? confusion?.accuracy;
  const heldName = result?.testAccuracy !== undefined ? "test" : (confusion?.part ?? "validation");
  return (
    <section aria-label="Figures of the moment">
      <div class="tiles">
        <Tile name="epoch" figure={`${epoch.toLocaleString("en")}`} note={`of ${run.epochs.toLocaleString("en")}`}>
          <progress max={1} value={share} aria-label="Part of the run that is done" />
        </Tile>
        <Tile name="loss" figure={last === undefined ? "–" : last.loss.toFixed(4)} note={lossNote(state)} />
        {last?.accuracy !== undefined && <Tile name="accuracy" figure={perCent(last.accuracy)} note="learnt from" />}
        {held !== undefined && <Tile name={`${heldName} accuracy`} figure={perCent(held)} note="not seen before" />}
        {isTraining && (
          <>
            <Tile name="speed" figure={short(progress.examplesPerSecond)} note="examples/s" />
            <Tile name="left" figure={duration(progress.secondsLeft)} note="at this speed" />
          </>
        )}
        {result?.seconds !== undefined && !isTraining && (
          <Tile name="took" figure={duration(result.seconds)} note="in its last part" />
        )}
      </div>
      {result && !isTraining && <Hash hash={result.weightsSha256} />}
    </section>
  );
}

export function Hash({ hash }: { readonly hash: string }) {
  return (
    <p class="hash">
      <span class="muted small">weights SHA-256, the same on any number of threads</span>
      <code data-hash>{hash}</code>
    </p>
  );
}

interface TileProps {
  readonly name: string;
  readonly figure: string;
  readonly note: string;
  readonly children?: preact.ComponentChildren;
}

export function Tile({ name, figure, note, children }: TileProps) {
  return (
    <div class="tile">
      <span class="muted small">{name}</span>
      <strong>{figure}</strong>
      {children ?? <span class="muted small">{note}</span>}
      {children && <span class="muted small">{note}</span>}
    </div>
  );
}

function lossNote({ curves: { last } }: RunState): string {
  return last?.validation === undefined ? "" : `validation ${last.validation.loss.toFixed(4)}`;
}

/** Three digits. */
function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  return value >= 1e4 ? `${(value / 1e3).toFixed(0)} k` : value.toFixed(0);
}

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
