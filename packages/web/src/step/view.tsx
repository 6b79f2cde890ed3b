/** The step view: shows frame by frame how many threads compute one training step. */
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ViewContext } from "../shared/view.ts";
import { BitsPanel } from "./bits-panel.tsx";
import { Picture } from "./picture.tsx";
import { RANGES, type StepSettings } from "./settings.ts";
import "./step.css";
import { StepStore } from "./store.ts";

export function mount(element: HTMLElement, { state }: ViewContext): () => void {
  const store = new StepStore(state);
  const forget = state.onChange(() => store.read());
  render(<StepView store={store} />, element);
  return () => {
    forget();
    store.dispose();
    render(null, element);
  };
}

function StepView({ store }: { readonly store: StepStore }) {
  return (
    <div class="step-view">
      <header class="lead">
        <h1>One step, on many threads</h1>
        <p>
          The columns of a batch are cut into shards; threads take them; each computes its partial dW and db; the
          partials are added along one fixed tree; the weights are updated. Who computes what changes from run to run.
          The numbers never do.
        </p>
      </header>
      <div class="columns">
        <section class="card stage" aria-label="The step">
          <Stepper store={store} />
          <Stage store={store} />
        </section>
        <div class="beside">
          <Settings store={store} />
          <BitsPanel step={store.step.value} parameter={store.parameter.value} choose={(p) => store.choose(p)} />
        </div>
      </div>
    </div>
  );
}

/** The controls that move between frames, and the text of the current frame. */
function Stepper({ store }: { readonly store: StepStore }) {
  const at = store.at.value;
  const last = store.frames.value.length - 1;
  const { title, words } = store.frame.value;
  const isPlaying = store.isPlaying.value;
  const go = (place: number): void => {
    store.pause();
    store.goTo(place);
  };
  return (
    <div class="stepper">
      <div class="row">
        <button type="button" onClick={() => go(0)} disabled={at === 0}>
          Reset
        </button>
        <button type="button" onClick={() => go(at - 1)} disabled={at === 0}>
          ◀ Back
        </button>
        <button type="button" onClick={() => go(at + 1)} disabled={at === last}>
          Forward ▶
        </button>
        <button type="button" class="primary" onClick={() => (isPlaying ? store.pause() : store.play())}>
          {isPlaying ? "Pause" : "Play ▶▶"}
        </button>
      </div>
      <input
        type="range"
        min={0}
        max={last}
        value={at}
        aria-label="Place in the step"
        aria-valuetext={`${at + 1} of ${last + 1}: ${title}`}
        onInput={(event) => go(Number(event.currentTarget.value))}
      />
      <div class="said" role="status">
        <h2>{title}</h2>
        <p>{words}</p>
      </div>
    </div>
  );
}

function Stage({ store }: { readonly store: StepStore }) {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const resized = new ResizeObserver(([{ contentRect }]) => setWidth(Math.floor(contentRect.width)));
    resized.observe(place.current!);
    return () => resized.disconnect();
  }, []);
  return (
    <div ref={place} class="picture-place">
      {width > 0 && (
        <Picture
          step={store.step.value}
          frame={store.frame.value}
          clock={store.clock.value}
          parameter={store.parameter.value}
          width={width}
          choose={(parameter) => store.choose(parameter)}
        />
      )}
    </div>
  );
}

function Settings({ store }: { readonly store: StepStore }) {
  const { timing, update, loses, workers } = store.settings.value;
  return (
    <section class="card step-settings" aria-label="Settings">
      <Slider store={store} name="m" title="m, columns of the batch" />
      <Slider store={store} name="shards" title="Shards" />
      <Slider store={store} name="workers" title="Threads" />
      <div class="row">
        <button
          type="button"
          onClick={() => store.change({ timing: (timing % RANGES.timing.max) + 1 })}
          title="Other speeds of the threads, other accidents"
        >
          Another timing
        </button>
        <span class="muted small">timing {timing}</span>
      </div>
      <label class="tick">
        <input
          type="checkbox"
          checked={loses}
          disabled={workers === 1}
          onChange={(event) => store.change({ loses: event.currentTarget.checked })}
        />
        A worker is lost on the way
      </label>
      <label class="field">
        The update
        <select
          value={update}
          onChange={(event) => store.change({ update: event.currentTarget.value as StepSettings["update"] })}
        >
          <option value="slices">in slices, by all threads</option>
          <option value="main">by main alone</option>
        </select>
      </label>
    </section>
  );
}

interface SliderProps {
  readonly store: StepStore;
  readonly name: "m" | "shards" | "workers";
  readonly title: string;
}

function Slider({ store, name, title }: SliderProps) {
  const value = store.settings.value[name];
  return (
    <label class="field">
      <span>
        {title}: <b class="mono">{value}</b>
      </span>
      <input
        type="range"
        min={RANGES[name].min}
        max={RANGES[name].max}
        value={value}
        onInput={(event) => store.change({ [name]: Number(event.currentTarget.value) })}
      />
    </label>
  );
}
