/** Writes out the sum of the selected unit. */

import { diverging, largestOf, themeColour } from "../shared/colours.ts";
import { figure } from "../shared/figure.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";
import type { NotesStore } from "./store.ts";
import { backwardSum, forwardSum, type Term, type Unit } from "./written-sum.ts";

/** The number of terms that are written out; the rest is combined into one. */
const MOST_TERMS = 8;
const SIDE = 28;

export function SumPanel({ store }: { readonly store: NotesStore }) {
  const { layer, unit } = store.unit.value;
  const { classes, features } = store.problem;
  const title = layer === 1 ? `Hidden unit ${unit + 1}` : `Class “${classes[unit]}”`;
  return (
    <section class="card sum" aria-labelledby="sum-title">
      <h2 id="sum-title">{title}, written out</h2>
      {/* Screen readers announce another unit, but not every step of a run. */}
      <div aria-live={store.isRunning.value ? "off" : "polite"} class="written">
        <Forward store={store} unit={{ layer, unit }} />
        {layer === 1 ? <Hidden store={store} unit={unit} /> : <Class store={store} unit={unit} />}
      </div>
      {layer === 1 && features.length === 0 && <Spoke store={store} unit={unit} />}
    </section>
  );
}

function Forward({ store, unit }: { readonly store: NotesStore; readonly unit: Unit }) {
  const { terms, zeros, bias, total } = forwardSum(store.moment.value, unit);
  const { features } = store.problem;
  const nameOf = ({ input }: Term): string =>
    unit.layer === 2
      ? `unit ${input + 1}`
      : (features[input] ?? `pixel ${Math.floor(input / SIDE) + 1}, ${(input % SIDE) + 1}`);
  return (
    <p class="line">
      <Var letter="z" unit={unit} />
      <span class="sign">=</span>
      <Products terms={terms} nameOf={nameOf} />
      <span class="sign">+</span>
      <span class="term" title="the bias">
        {figure(bias)}
        <small>bias</small>
      </span>
      <span class="sign">=</span>
      <strong>{figure(total)}</strong>
      {zeros > 0 && <small class="muted aside">{zeros} more are 0 and add nothing</small>}
    </p>
  );
}

interface ProductsProps {
  readonly terms: readonly Term[];
  readonly nameOf: (term: Term) => string;
}

function Products({ terms, nameOf }: ProductsProps) {
  const shown = terms.length > MOST_TERMS + 1 ? terms.slice(0, MOST_TERMS) : terms;
  const rest = terms.slice(shown.length);
  return (
    <>
      {shown.map((term, t) => (
        <>
          {t > 0 && <span class="sign">+</span>}
          <span key={term.input} class={`term ${term.product < 0 ? "minus" : "plus"}`}>
            <span>
              {signed(term.weight)} <span class="times">×</span> {signed(term.value)}
            </span>
            <small>{nameOf(term)}</small>
          </span>
        </>
      ))}
      {shown.length === 0 && <span class="term">0</span>}
      {rest.length > 0 && (
        <>
          <span class="sign">+</span>
          <span class="term">
            {signed(rest.reduce((sum, { product }) => sum + product, 0))}
            <small>{rest.length} smaller ones</small>
          </span>
        </>
      )}
    </>
  );
}

/** Puts a negative number in brackets, because an operator stands beside it. */
function signed(value: number): string {
  return value < 0 ? `(${figure(value)})` : figure(value);
}

function Var({ letter, unit: { layer, unit } }: { readonly letter: string; readonly unit: Unit }) {
  return (
    <span class="name-of">
      <i>{letter}</i>
      <sub>
        {layer}, {unit + 1}
      </sub>
    </span>
  );
}

function Hidden({ store, unit }: { readonly store: NotesStore; readonly unit: number }) {
  const moment = store.moment.value;
  const { Z1, A1, dZ1 } = moment.matrices;
  const back = backwardSum(moment, unit);
  const { classes } = store.problem;
  const isOn = Z1.numbers[unit] > 0;
  return (
    <>
      <p class="line">
        <Var letter="a" unit={{ layer: 1, unit }} />
        <span class="sign">=</span>
        <span class="function">ReLU</span>({figure(Z1.numbers[unit])})<span class="sign">=</span>
        <strong>{figure(A1.numbers[unit])}</strong>
        <small class="muted aside">{isOn ? "above zero: it passes" : "not above zero: the unit keeps silent"}</small>
      </p>
      <p class="line">
        <Var letter="dz" unit={{ layer: 1, unit }} />
        <span class="sign">=</span>
        <span class="bracket">(</span>
        <Products terms={back.terms} nameOf={({ input }) => classes[input]} />
        <span class="bracket">)</span>
        <span class="sign">×</span>
        <span class="term">
          {isOn ? "1" : "0"}
          <small>ReLU′</small>
        </span>
        <span class="sign">=</span>
        <strong>{figure(dZ1.numbers[unit])}</strong>
      </p>
    </>
  );
}

function Class({ store, unit }: { readonly store: NotesStore; readonly unit: number }) {
  const { Z2, A2, Y, dZ2 } = store.moment.value.matrices;
  return (
    <>
      <p class="line">
        <Var letter="a" unit={{ layer: 2, unit }} />
        <span class="sign">=</span>
        <span class="fraction">
          <span>
            e<sup>{figure(Z2.numbers[unit])}</sup>
          </span>
          <span>
            the sum of all {Z2.rows} e<sup>z</sup>
          </span>
        </span>
        <span class="sign">=</span>
        <strong>{figure(A2.numbers[unit])}</strong>
      </p>
      <p class="line">
        <Var letter="dz" unit={{ layer: 2, unit }} />
        <span class="sign">=</span>
        <span class="term">
          {figure(A2.numbers[unit])}
          <small>said</small>
        </span>
        <span class="sign">−</span>
        <span class="term">
          {Y.numbers[unit]}
          <small>{Y.numbers[unit] === 1 ? "right" : "not it"}</small>
        </span>
        <span class="sign">=</span>
        <strong>{figure(dZ2.numbers[unit])}</strong>
      </p>
    </>
  );
}

/** Shows how much each pixel contributes to the sum of a hidden unit: w x. */
function Spoke({ store, unit }: { readonly store: NotesStore; readonly unit: number }) {
  const { W1, X } = store.moment.value.matrices;
  const weights = (W1.numbers as Float32Array).subarray(unit * X.rows, (unit + 1) * X.rows);
  const products = weights.map((weight, k) => weight * X.numbers[k]);
  return (
    <div class="spoke">
      <figure>
        <MatrixPicture
          values={weights}
          rows={SIDE}
          columns={SIDE}
          zoom={4}
          label={`the weights of hidden unit ${unit + 1}`}
        />
        <figcaption>its weights w</figcaption>
      </figure>
      <span class="sign">×</span>
      <figure>
        <MatrixPicture
          values={X.numbers}
          rows={SIDE}
          columns={SIDE}
          zoom={4}
          label="the digit"
          colours={digitColours}
        />
        <figcaption>the digit x</figcaption>
      </figure>
      <span class="sign">=</span>
      <figure>
        <MatrixPicture
          values={products}
          rows={SIDE}
          columns={SIDE}
          zoom={4}
          label="weight times pixel, of each pixel"
          colours={products784}
        />
        <figcaption>what spoke for it, and against</figcaption>
      </figure>
    </div>
  );
}

const digitColours = (values: ArrayLike<number>) =>
  diverging(themeColour("negative"), themeColour("card"), themeColour("ink"), largestOf(values));
const products784 = (values: ArrayLike<number>) =>
  diverging(themeColour("negative"), themeColour("sunken"), themeColour("positive"), largestOf(values));
