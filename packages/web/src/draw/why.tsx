/** Shows the pixels that count for each digit, and those against it. */
import { useMemo, useState } from "preact/hooks";
import type { Classifier } from "../model/classifier.ts";
import { type ColourScale, diverging, largestOf, themeColour } from "../shared/colours.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";
import { SIDE } from "./as-mnist.ts";
import { contributions } from "./contributions.ts";

export interface WhyProps {
  readonly classifier: Classifier;
  /** [784] */
  readonly pixels: Uint8Array;
  /** A of each hidden layer, [units]. */
  readonly layers: readonly Float32Array[];
  /** The predicted class. */
  readonly best: number;
  readonly isEmpty: boolean;
}

export function Why({ classifier, pixels, layers, best, isEmpty }: WhyProps) {
  const { classes, scale, model } = classifier;
  const [chosen, setChosen] = useState<number>();
  const about = chosen ?? best;
  const found = useMemo(() => {
    const X = Float32Array.from(pixels, (value) => value * scale);
    return contributions(model.network, X, layers);
  }, [model, scale, pixels, layers]);
  // A common scale makes the pictures comparable.
  const colours = useMemo(() => {
    const largest = Math.max(...found.ofInputs.map(largestOf));
    return (): ColourScale => {
      const scale = diverging(themeColour("negative"), themeColour("card"), themeColour("positive"), 1);
      // The square root keeps small contributions visible.
      return (value) => scale(largest > 0 ? Math.sign(value) * Math.sqrt(Math.abs(value) / largest) : 0);
    };
  }, [found]);
  const sumOf = (k: number): number => found.ofInputs[k].reduce((sum, value) => sum + value, 0);
  return (
    <section class="card draw-why" aria-labelledby="why">
      <h2 id="why">Why</h2>
      <p class="small muted">
        <span class="for">Blue</span> ink spoke for the digit, <span class="against">orange</span> ink against it: each
        pixel's exact part of the score, as compared with the other digits.
      </p>
      <div class="why-both">
        <figure class="why-large">
          <MatrixPicture
            values={found.ofInputs[about]}
            rows={SIDE}
            columns={SIDE}
            zoom={9}
            colours={colours}
            label={`Which pixels spoke for and against ${classes[about]}`}
          />
          <figcaption class="small">
            {isEmpty ? (
              "Nothing drawn yet"
            ) : (
              <>
                For <b>{classes[about]}</b>: pixels {signed(sumOf(about))}, biases {signed(found.ofBiases[about])}
              </>
            )}
          </figcaption>
        </figure>
        <ul class="why-all" aria-label="Choose a digit">
          {classes.map((name, k) => (
            <li key={name}>
              <button type="button" aria-pressed={k === about} onClick={() => setChosen(k === chosen ? undefined : k)}>
                <MatrixPicture
                  values={found.ofInputs[k]}
                  rows={SIDE}
                  columns={SIDE}
                  zoom={3}
                  colours={colours}
                  label=""
                />
                <span class="row">
                  <b>
                    <span class="spoken">Why </span>
                    {name}
                  </b>
                  <span class="small">{isEmpty ? "" : signed(sumOf(k) + found.ofBiases[k])}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

/** With a true minus sign. */
function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
}
