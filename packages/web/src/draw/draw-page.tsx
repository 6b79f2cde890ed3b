import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Classifier } from "../model/classifier.ts";
import { Bars } from "../shared/bars.tsx";
import { inkColours } from "../shared/colours.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";
import type { UrlState } from "../shared/url-state.ts";
import { asMnist, SIDE } from "./as-mnist.ts";
import type { DigitSets } from "./digit-sets.ts";
import { exampleDigit } from "./examples.ts";
import { HiddenUnits } from "./hidden-units.tsx";
import { Nearest } from "./nearest.tsx";
import { Pad } from "./pad.tsx";
import { type Drawing, formatDrawing, parseDrawing } from "./stroke.ts";
import { Why } from "./why.tsx";

/**
 * The page of the drawing view. Its network comes with the page, was trained in it, or belongs to a run, which may
 * still be in training.
 */
export type Origin =
  | { readonly kind: "digits" }
  | { readonly kind: "page" }
  | { readonly kind: "run"; readonly onNewest: () => void };

export interface DrawPageProps {
  readonly state: UrlState;
  readonly classifier: Classifier;
  readonly sets: DigitSets;
  /** The source of the network. */
  readonly origin: Origin;
}

/** The example shown before the user draws. */
const FIRST_EXAMPLE = 3;
const NOTHING: Drawing = [];

const inkOfBytes = () => inkColours(255);

export function DrawPage({ state, classifier, sets, origin }: DrawPageProps) {
  const drawn = state.get("drawing");
  const drawing = useSignal<Drawing>(drawn === undefined ? exampleDigit(FIRST_EXAMPLE, 0) : parseDrawing(drawn));
  const isExample = useSignal(drawn === undefined);
  const ways = useSignal<readonly number[]>(new Array(10).fill(0));
  const pixels = useComputed(() => asMnist(drawing.value));
  const isEmpty = useComputed(() => drawing.value.length === 0);
  const probabilities = useMemo(() => classifier.classify(pixels.value), [classifier, pixels.value]);
  /** A of each hidden layer. */
  const layers = useMemo(
    () => classifier.model.network.layers.slice(1, -1).map((_, l) => classifier.activations(pixels.value, l + 1)),
    [classifier, pixels.value],
  );
  const hidden = layers.at(-1)!;
  /** The text for screen readers; updated when the pen is lifted, not at every point. */
  const said = useSignal("");

  useEffect(() => sets.make(classifier.model), [sets, classifier]);
  useEffect(
    () =>
      state.onChange(() => {
        const text = state.get("drawing");
        drawing.value = text === undefined ? exampleDigit(FIRST_EXAMPLE, 0) : parseDrawing(text);
        isExample.value = text === undefined;
      }),
    [state, drawing, isExample],
  );
  const keep = (): void => state.set({ drawing: isExample.value ? undefined : formatDrawing(drawing.value) });
  // Updates the address with a delay, since browsers limit the rate of changes; immediately once the pen is lifted.
  useSignalEffect(() => {
    drawing.value;
    const later = setTimeout(keep, 250);
    return () => clearTimeout(later);
  });

  const best = probabilities.reduce((top, p, k, all) => (p > all[top] ? k : top), 0);
  const say = (): void => {
    // Classifies the pad's current content; the last rendering may lag by a point.
    const now = classifier.classify(pixels.value);
    const k = now.reduce((top, p, i, all) => (p > all[top] ? i : top), 0);
    said.value = isEmpty.value
      ? "The pad is empty."
      : `The network reads ${classifier.classes[k]}, probability ${Math.round(100 * now[k])} per cent.`;
  };
  const show = (next: Drawing, example: boolean): void => {
    drawing.value = next;
    isExample.value = example;
  };
  const undo = (): void => {
    show(isExample.value ? NOTHING : drawing.value.slice(0, -1), false);
    say();
  };
  const clear = (): void => {
    show(NOTHING, false);
    say();
  };
  const pick = (digit: number): void => {
    show(exampleDigit(digit, ways.value[digit]), false);
    ways.value = ways.value.map((way, k) => (k === digit ? way + 1 : way));
    say();
  };

  return (
    <div class="draw">
      <div class="lead">
        <h1>Draw a digit, and plain maths reads it</h1>
        <Introduction origin={origin} />
      </div>
      <section class="card draw-pad" aria-label="Your drawing">
        <Pad
          drawing={drawing.value}
          isExample={isExample.value}
          onDraw={(next) => show(next, false)}
          onStrokeEnd={() => {
            keep();
            say();
          }}
          onUndo={undo}
          onClear={clear}
          onDigit={pick}
        />
        <div class="row">
          <button type="button" onClick={undo} disabled={isEmpty.value}>
            Undo
          </button>
          <button type="button" onClick={clear} disabled={isEmpty.value}>
            Clear
          </button>
        </div>
      </section>
      <section class="card draw-answer" aria-labelledby="answer">
        <h2 id="answer">
          {isEmpty.value ? (
            "Nothing drawn yet"
          ) : (
            <>
              It reads <span class="answer">{classifier.classes[best]}</span>
            </>
          )}
        </h2>
        <Bars
          label="Probability of each digit"
          bars={classifier.classes.map((name, k) => ({ name, value: isEmpty.value ? 0 : probabilities[k] }))}
        />
        <p class="spoken" aria-live="polite">
          {said.value}
        </p>
      </section>
      <section class="card draw-examples" aria-label="Examples">
        <fieldset class="examples">
          <legend class="small muted">Or pick an example:</legend>
          {classifier.classes.map((name, digit) => (
            <button key={name} type="button" onClick={() => pick(digit)} aria-label={`Example of a ${name}`}>
              {name}
            </button>
          ))}
        </fieldset>
      </section>
      <section class="card draw-seen" aria-labelledby="seen">
        <h2 id="seen">What the network sees</h2>
        <p class="small muted">
          Your strokes as {SIDE} × {SIDE} pixels, scaled and centred by their mass as those it learnt from.
        </p>
        <MatrixPicture
          values={pixels.value}
          rows={SIDE}
          columns={SIDE}
          zoom={6}
          colours={inkOfBytes}
          label="The drawing as 28 by 28 pixels"
        />
      </section>
      <HiddenUnits classifier={classifier} hidden={hidden} isEmpty={isEmpty.value} />
      <Why classifier={classifier} pixels={pixels.value} layers={layers} best={best} isEmpty={isEmpty.value} />
      <Nearest blocks={sets.blocks.value} hidden={hidden} isEmpty={isEmpty.value} />
    </div>
  );
}

function Introduction({ origin }: Pick<DrawPageProps, "origin">) {
  if (origin.kind === "page")
    return (
      <p>
        This is the network that you trained in this page, on digits that a program drew. Compare it with{" "}
        <a href="#/draw">the one that learnt from 60,000 handwritten digits</a>.
      </p>
    );
  return (
    <>
      {origin.kind === "run" && (
        <p class="notice row of-run">
          The network of the run, as it was when this was opened.
          <button type="button" onClick={origin.onNewest}>
            Take its newest weights
          </button>
        </p>
      )}
      <p>
        This neural network learnt from {origin.kind === "run" ? "the run's own examples" : "60,000 handwritten digits"}
        . Its arithmetic is all our own code and runs in this page, as you draw. Then follow{" "}
        <a href="#/notes">the equations</a>, watch <a href="#/step">one training step</a>, or{" "}
        <a href="#/train">train your own</a>.
      </p>
    </>
  );
}
