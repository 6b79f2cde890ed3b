/** The notes view: shows one example on its way through the network, with every number in its equation. */
import { signal } from "@preact/signals";
import { render } from "preact";
import type { ViewContext } from "../shared/view.ts";
import { SettingsCard, Steps, Walk } from "./controls.tsx";
import { EquationList } from "./equation-list.tsx";
import { ExamplePicker } from "./example-picker.tsx";
import { NetworkDiagram } from "./network-diagram.tsx";
import "./diagram.css";
import "./equations.css";
import "./notes.css";
import { drawnDigits, flowersProblem, PROBLEM_NAMES, type Problem, type ProblemName } from "./problem.ts";
import { NotesStore } from "./store.ts";
import { SumPanel } from "./sum-panel.tsx";

const TITLES: Readonly<Record<ProblemName, string>> = {
  flowers: "Three kinds of flowers, 2-4-3",
  digits: "Ten digits, 784-10-10",
};

const PROBLEMS: Readonly<Record<ProblemName, () => Problem>> = { flowers: flowersProblem, digits: drawnDigits };

export function mount(element: HTMLElement, { state }: ViewContext): () => void {
  const store = signal<NotesStore | undefined>(undefined);
  const open = (): void => {
    const name = PROBLEM_NAMES.find((each) => each === state.get("net")) ?? "flowers";
    store.value?.dispose();
    store.value = new NotesStore(PROBLEMS[name](), state);
  };
  const choose = (wanted: ProblemName): void => {
    const none = Object.fromEntries(["x", "y", "all", "alpha", "seed", "course"].map((key) => [key, undefined]));
    state.set({ ...none, net: wanted === "flowers" ? undefined : wanted });
    open();
  };

  open();
  const forget = state.onChange(open);
  render(<Notes opened={store} choose={choose} />, element);
  return () => {
    forget();
    store.value?.dispose();
    render(null, element);
  };
}

interface NotesProps {
  readonly opened: { readonly value: NotesStore | undefined };
  readonly choose: (name: ProblemName) => void;
}

function Notes({ opened, choose }: NotesProps) {
  const store = opened.value;
  return (
    <div class={`notes ${store?.problem.name ?? ""}`}>
      <header class="lead">
        <h1>Every equation, with its numbers</h1>
        <p>
          One example goes through the network, forward and back. Point at a symbol, and its numbers and edges light up.
          Click a unit, and its sum is written out. Press Run and watch it learn.
        </p>
        <fieldset class="row bare" aria-label="The network">
          {PROBLEM_NAMES.map((name) => (
            <button key={name} type="button" aria-pressed={store?.problem.name === name} onClick={() => choose(name)}>
              {TITLES[name]}
            </button>
          ))}
        </fieldset>
      </header>
      {store !== undefined && (
        <div class="columns">
          <section class="card at-work" aria-label="The network">
            <NetworkDiagram store={store} />
            <Steps store={store} />
          </section>
          <div class="explained">
            <div class="choices">
              <section class="card" aria-label="The example">
                <ExamplePicker store={store} />
              </section>
              <SettingsCard store={store} />
            </div>
            <SumPanel store={store} />
            <Walk store={store} />
            <EquationList store={store} />
          </div>
        </div>
      )}
    </div>
  );
}
