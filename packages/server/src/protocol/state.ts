/**
 * The state of a run that a page shows, reduced from all events so far. The server keeps it for pages that open later.
 */
import { type Curves, NO_CURVES, withReports } from "./curves.ts";
import type {
  Confusion,
  LiveEvent,
  Phase,
  Progress,
  RunFacts,
  RunResult,
  Setback,
  StepLanes,
  Trials,
  WeightPictures,
} from "./events.ts";

export interface RunState {
  readonly run?: RunFacts;
  readonly phase: Phase;
  readonly message?: string;
  readonly curves: Curves;
  readonly progress?: Progress;
  readonly weights?: WeightPictures;
  readonly confusion?: Confusion;
  readonly lanes?: StepLanes;
  readonly trials?: Trials;
  /** The latest setbacks, at most {@link MOST_SETBACKS}. */
  readonly setbacks: readonly Setback[];
  readonly result?: RunResult;
}

export const INITIAL_STATE: RunState = { phase: "waiting", curves: NO_CURVES, setbacks: [] };

const MOST_SETBACKS = 50;

export function withEvent(state: RunState, event: LiveEvent): RunState {
  switch (event.kind) {
    case "phase": {
      const { message: _, ...others } = state;
      return { ...others, phase: event.phase, ...(event.message === undefined ? {} : { message: event.message }) };
    }
    case "epochs":
      return { ...state, curves: withReports(state.curves, event.reports) };
    case "setback":
      return { ...state, setbacks: [...state.setbacks, event.setback].slice(-MOST_SETBACKS) };
    case "run":
      return { ...state, run: event.run };
    case "progress":
      return { ...state, progress: event.progress };
    case "weights":
      return { ...state, weights: event.weights };
    case "confusion":
      return { ...state, confusion: event.confusion };
    case "lanes":
      return { ...state, lanes: event.lanes };
    case "trials":
      return { ...state, trials: event.trials };
    case "result":
      return { ...state, result: event.result };
  }
}
