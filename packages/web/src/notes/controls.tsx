/** The controls of the notes: step, run, back and reset; the learning rate, the seed, and the examples of a step. */
import { figure } from "../shared/figure.ts";
import { MOST_STEPS } from "./course.ts";
import { LossCurve } from "./loss-curve.tsx";
import { likeliest } from "./moment.ts";
import { ALPHAS, type NotesStore, SEEDS } from "./store.ts";

const PACES = [
  [2, "2 / s"],
  [10, "10 / s"],
  [60, "60 / s"],
] as const;

/** Shows the network's answer, and the buttons that train it. */
export function Steps({ store }: { readonly store: NotesStore }) {
  const steps = store.steps.value;
  const isRunning = store.isRunning.value;
  return (
    <div class="steps">
      <Answer store={store} />
      <div class="buttons">
        <button
          type="button"
          onClick={() => store.reset()}
          disabled={steps === 0}
          title="To the seed's first parameters"
        >
          Reset
        </button>
        <button
          type="button"
          onClick={() => store.back()}
          disabled={steps === 0}
          title="Computes all steps but the last again"
        >
          ◀ Back
        </button>
        <button type="button" onClick={() => store.step()} disabled={steps >= MOST_STEPS}>
          Step ▶
        </button>
        <button type="button" class="primary" onClick={() => (isRunning ? store.pause() : store.run())}>
          {isRunning ? "Pause" : "Run ▶▶"}
        </button>
      </div>
      <p class="said small" role="status">
        {store.said.value}
      </p>
    </div>
  );
}

export function SettingsCard({ store }: { readonly store: NotesStore }) {
  const { alpha, all } = store.settings.value;
  const m = store.problem.labels.length;
  return (
    <section class="card settings" aria-label="Settings">
      <label class="field">
        <span>
          α, the learning rate: <b class="mono">{alpha}</b>
        </span>
        <input
          type="range"
          min={0}
          max={PLACES.length - 1}
          step={1}
          value={placeOf(alpha)}
          aria-valuetext={String(alpha)}
          onInput={(event) => store.change({ alpha: PLACES[Number(event.currentTarget.value)] })}
        />
      </label>
      <fieldset class="of bare">
        <legend>A step learns from</legend>
        <label>
          <input type="radio" name="of" checked={!all} onChange={() => store.change({ all: false })} /> this example
        </label>
        <label>
          <input type="radio" name="of" checked={all} onChange={() => store.change({ all: true })} /> all {m}
        </label>
      </fieldset>
      <div class="pair">
        <label class="field">
          Seed
          <input
            type="number"
            min={SEEDS.min}
            max={SEEDS.max}
            value={store.seed.value}
            onChange={(event) => {
              const { valueAsNumber } = event.currentTarget;
              if (Number.isInteger(valueAsNumber) && valueAsNumber >= SEEDS.min && valueAsNumber <= SEEDS.max)
                store.reset(valueAsNumber);
              else event.currentTarget.value = String(store.seed.value);
            }}
          />
        </label>
        <label class="field">
          Pace
          <select value={store.pace.value} onChange={(event) => (store.pace.value = Number(event.currentTarget.value))}>
            {PACES.map(([pace, name]) => (
              <option key={pace} value={pace}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
    </section>
  );
}

/** 1, 2 and 5 times each power of ten. */
const PLACES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, ALPHAS.max];

function placeOf(alpha: number): number {
  const place = PLACES.findIndex((each) => each >= alpha);
  return place === -1 ? PLACES.length - 1 : place;
}

/** Shows the network's current answer for the example. */
function Answer({ store }: { readonly store: NotesStore }) {
  const { matrices, loss, meanLoss, m } = store.moment.value;
  const { classes } = store.problem;
  const { label } = store.settings.value;
  const answer = likeliest(matrices.A2);
  const share = Math.round(100 * matrices.A2.numbers[answer]);
  return (
    <div class="answer">
      <p>
        After <b>{store.steps.value}</b> {store.steps.value === 1 ? "step" : "steps"} it says{" "}
        <b class={answer === label ? "good" : "bad"}>
          {classes[answer]}, {share} %
        </b>
        {answer === label ? "" : <span class="muted">; it is {classes[label]}</span>}
      </p>
      <p class="small muted">
        loss {figure(loss)}
        {m > 1 ? `, mean of all ${m}: ${figure(meanLoss)}` : ""}
      </p>
      <LossCurve losses={store.losses.value} />
    </div>
  );
}

/** The buttons that move from equation to equation. */
export function Walk({ store }: { readonly store: NotesStore }) {
  const at = store.at.value;
  const { name } = store.equations[at];
  return (
    <fieldset class="row walk bare" aria-label="From equation to equation">
      <button type="button" onClick={() => store.walkTo(at - 1)} disabled={at === 0} aria-label="The equation before">
        ▲
      </button>
      <button
        type="button"
        onClick={() => store.walkTo(at + 1)}
        disabled={at === store.equations.length - 1}
        aria-label="The next equation"
      >
        ▼
      </button>
      <button type="button" onClick={() => (store.isWalking.value ? store.rest() : store.walk())}>
        {store.isWalking.value ? "❚❚ Stay here" : "▶ Walk through"}
      </button>
      <span class="muted small" aria-live="polite">
        equation {at + 1} of {store.equations.length}: {name}
      </span>
    </fieldset>
  );
}
