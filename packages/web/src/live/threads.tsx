/** Shows the threads of a run: a lane for each, and a button that kills a worker. */
import type { RunFacts, RunState, Setback, StepLanes } from "@scratch-nn/server/protocol";
import { useEffect, useState } from "preact/hooks";
import type { Connection } from "./connection.ts";
import { Lanes } from "./lanes.tsx";

interface ThreadsProps {
  readonly state: RunState;
  readonly run: RunFacts;
  readonly connection: Connection;
}

export function ThreadsCard({ state, run, connection }: ThreadsProps) {
  const { lanes, setbacks, phase } = state;
  const [refusal, setRefusal] = useState("");
  const isTraining = phase === "training" && connection.line.value === "open";
  const kill = async (worker: number): Promise<void> => {
    const { message = "" } = await connection.act("kill", worker);
    setRefusal(message);
  };
  if (run.threads < 1) return null;
  const workers = Array.from({ length: run.threads - 1 }, (_, i) => i + 1);
  return (
    <section class="card live-wide">
      <h2>Threads</h2>
      <p class="muted small">
        {run.threads === 1
          ? "The main thread computes alone."
          : `Each of the ${run.threads} threads takes some of the ${run.shards} shards of a step; their gradients are added along one fixed tree, so that it does not matter who computed what.`}
      </p>
      {lanes && <Lanes lanes={lanes} lost={lanes.isAgain ? lostIn(lanes, setbacks) : undefined} />}
      {workers.length > 0 && (
        <ul class="workers">
          {workers.map((worker) => (
            <Worker
              key={worker}
              worker={worker}
              losses={setbacks.filter((setback) => setback.worker === worker)}
              isTraining={isTraining}
              onKill={() => kill(worker)}
            />
          ))}
        </ul>
      )}
      {refusal !== "" && <p role="alert">{refusal}</p>}
      <p class="spoken" role="status">
        {setbacks.length > 0 && sayLoss(setbacks[setbacks.length - 1])}
      </p>
    </section>
  );
}

/** @returns the worker that was lost in this step */
function lostIn({ epoch, step }: StepLanes, setbacks: readonly Setback[]): number | undefined {
  return setbacks.findLast((setback) => setback.epoch === epoch && setback.step === step)?.worker;
}

interface WorkerProps {
  readonly worker: number;
  readonly losses: readonly Setback[];
  readonly isTraining: boolean;
  readonly onKill: () => void;
}

const FRESH_MILLISECONDS = 6000;

function Worker({ worker, losses, isTraining, onKill }: WorkerProps) {
  const last = losses.at(-1);
  const isFresh = useIsFresh(last);
  return (
    <li class={isFresh ? "fresh" : undefined}>
      <strong>worker {worker}</strong>
      <button type="button" disabled={!isTraining} onClick={onKill} aria-label={`Kill worker ${worker}`}>
        Kill
      </button>
      <span class="muted small">
        {last === undefined ? "What becomes of a step whose worker dies?" : `${sayLoss(last)}`}
      </span>
      {losses.length > 1 && <span class="muted small">lost {losses.length} times</span>}
    </li>
  );
}

/** Whether the setback is some seconds old at most, and happened after the page was opened. */
function useIsFresh(last: Setback | undefined): boolean {
  const [seen, setSeen] = useState(last);
  useEffect(() => {
    const timeout = setTimeout(() => setSeen(last), FRESH_MILLISECONDS);
    return () => clearTimeout(timeout);
  }, [last]);
  return last !== seen;
}

function sayLoss({ worker, epoch, step, isReplaced }: Setback): string {
  const goesOn = isReplaced ? "another worker has its place" : "the main thread goes on alone";
  return `Worker ${worker} was lost in step ${step} of epoch ${epoch}. All computed that step again, to the same bits; ${goesOn}.`;
}
