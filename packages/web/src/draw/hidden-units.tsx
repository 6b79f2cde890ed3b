/** Shows the hidden layer: the activation of each unit, and the weights of the unit under the pointer. */
import { useState } from "preact/hooks";
import type { Classifier } from "../model/classifier.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";
import { SIDE } from "./as-mnist.ts";

export interface HiddenUnitsProps {
  readonly classifier: Classifier;
  /** A of the last hidden layer, [units]. */
  readonly hidden: Float32Array;
  readonly isEmpty: boolean;
}

export function HiddenUnits({ classifier, hidden, isEmpty }: HiddenUnitsProps) {
  const { layers, W } = classifier.model.network;
  const [chosen, setChosen] = useState<number>();
  const largest = hidden.reduce((most, a) => Math.max(most, a), 0);
  const strongest = hidden.reduce((top, a, j) => (a > hidden[top] ? j : top), 0);
  const unit = chosen ?? strongest;
  const firing = isEmpty ? 0 : hidden.reduce((count, a) => count + (a > 0 ? 1 : 0), 0);
  const move = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setChosen(Math.min(Math.max(unit + by, 0), hidden.length - 1));
  };
  return (
    <section class="card draw-hidden" aria-labelledby="hidden">
      <h2 id="hidden">Its hidden layer</h2>
      <p class="small muted">
        {firing} of {hidden.length} units fire. Point at one to see the weights that it looks at the pixels with.
      </p>
      <div class="hidden-both">
        <div
          class="units"
          role="slider"
          tabIndex={0}
          aria-label="Hidden unit"
          aria-valuemin={1}
          aria-valuemax={hidden.length}
          aria-valuenow={unit + 1}
          aria-valuetext={`unit ${unit + 1}, activation ${hidden[unit].toFixed(2)}`}
          onKeyDown={move}
          onPointerLeave={() => setChosen(undefined)}
        >
          {Array.from(hidden, (a, j) => (
            <span
              key={j}
              class={j === unit ? "unit chosen" : "unit"}
              onPointerEnter={() => setChosen(j)}
              onPointerDown={() => setChosen(j)}
            >
              <span style={{ opacity: isEmpty || largest === 0 ? 0 : Math.max(a, 0) / largest }} />
            </span>
          ))}
        </div>
        {layers.length === 3 && layers[0] === SIDE * SIDE && (
          <figure class="unit-weights">
            <MatrixPicture
              values={W[1].subarray(unit * layers[0], (unit + 1) * layers[0])}
              rows={SIDE}
              columns={SIDE}
              zoom={6}
              label={`Weights of hidden unit ${unit + 1}: blue excites, orange inhibits`}
            />
            <figcaption class="small muted">
              Unit {unit + 1}: {isEmpty ? "–" : hidden[unit].toFixed(2)}
            </figcaption>
          </figure>
        )}
      </div>
    </section>
  );
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -10, ArrowDown: 10 };
