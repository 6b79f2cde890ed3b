/** Selects the example that goes through the network, and its label. */
import { predict } from "@scratch-nn/core";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { inkColours, type Rgb, themeColour } from "../shared/colours.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";
import { themeChanges } from "../shared/theme-signal.ts";
import type { NotesStore } from "./store.ts";

export function ExamplePicker({ store }: { readonly store: NotesStore }) {
  const { labels, classes, features, X } = store.problem;
  const { example, label } = store.settings.value;
  const nameOf = (column: number): string =>
    features.length === 0
      ? `${column + 1}: a ${classes[labels[column]]}`
      : `${column + 1}: ${sizeOf(X, column)}, ${classes[labels[column]]}`;
  return (
    <div class="picker">
      {features.length === 0 ? <Thumbnails store={store} /> : <Plane store={store} />}
      <div class="fields">
        <label class="field">
          Example
          <select value={example} onChange={(event) => store.change({ example: Number(event.currentTarget.value) })}>
            {Array.from(labels, (_, column) => (
              <option key={column} value={column}>
                {nameOf(column)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          Right answer
          <select value={label} onChange={(event) => store.change({ label: Number(event.currentTarget.value) })}>
            {classes.map((name, k) => (
              <option key={name} value={k}>
                {name}
                {k === labels[example] ? "" : " (a lie)"}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}

/** Formats the length and width of a flower's petal. */
function sizeOf(X: ArrayLike<number>, column: number): string {
  return `${X[2 * column].toFixed(1)} × ${X[2 * column + 1].toFixed(1)} cm`;
}

const pixelColours = () => inkColours(255);

function Thumbnails({ store }: { readonly store: NotesStore }) {
  const { labels, X, layers, classes } = store.problem;
  const pictures = useMemo(
    () => Array.from(labels, (_, column) => X.subarray(column * layers[0], (column + 1) * layers[0])),
    [labels, X, layers],
  );
  return (
    <fieldset class="thumbnails bare" aria-label="Choose a digit">
      {pictures.map((pixels, column) => (
        <button
          key={column}
          type="button"
          aria-pressed={store.settings.value.example === column}
          aria-label={`digit ${column + 1}: a ${classes[labels[column]]}`}
          onClick={() => store.change({ example: column })}
        >
          <MatrixPicture values={pixels} rows={28} columns={28} zoom={1.15} label="" colours={pixelColours} />
        </button>
      ))}
    </fieldset>
  );
}

/** The colours of the kinds, as variables of design.css. notes.css uses the same ones for the flowers. */
const KIND_COLOURS = ["positive", "negative", "good"] as const;
/** The upper ends of the axes, in centimetres. */
const [LONGEST, WIDEST] = [7.2, 2.8];
/** The grid of fields whose class is computed. */
const [ACROSS, UP] = [48, 32];

/** Shows all flowers in the plane of their two features. The background shows the network's class of each field. */
function Plane({ store }: { readonly store: NotesStore }) {
  const { labels, X, classes } = store.problem;
  const { example } = store.settings.value;
  const { network } = store.moment.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = themeChanges.value;
  useLayoutEffect(
    () => paintKinds(canvas.current!, predict(network, FIELDS), classes.length),
    [network, theme, classes],
  );
  return (
    <div class="flowers">
      <div class="plane-of-flowers">
        <canvas
          ref={canvas}
          width={ACROSS}
          height={UP}
          role="img"
          aria-label="the kind that the network takes each size of petal for"
        />
        {Array.from(labels, (label, column) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list of examples beside it is for the keyboard.
          // biome-ignore lint/a11y/noStaticElementInteractions: likewise.
          <span
            key={column}
            class={`flower kind-${label} ${column === example ? "at" : ""}`}
            style={{ left: `${(100 * X[2 * column]) / LONGEST}%`, bottom: `${(100 * X[2 * column + 1]) / WIDEST}%` }}
            title={`${classes[label]}, ${sizeOf(X, column)}`}
            onClick={() => store.change({ example: column })}
          />
        ))}
      </div>
      <p class="small muted legend">
        {classes.map((name, k) => (
          <span key={name}>
            <span class={`flower kind-${k} inline`} /> {name}
          </span>
        ))}
        <span>petal: length → width ↑; the ground is what the network says</span>
      </p>
    </div>
  );
}

/** [2, fields], row by row from the top. */
const FIELDS = Float32Array.from({ length: 2 * ACROSS * UP }, (_, i) => {
  const field = i >> 1;
  return i % 2 === 0
    ? (((field % ACROSS) + 0.5) / ACROSS) * LONGEST
    : (1 - (Math.floor(field / ACROSS) + 0.5) / UP) * WIDEST;
});

function paintKinds(
  canvas: HTMLCanvasElement,
  { classes, probabilities }: ReturnType<typeof predict>,
  kinds: number,
): void {
  const context = canvas.getContext("2d")!;
  const picture = context.createImageData(ACROSS, UP);
  const colours: Rgb[] = Array.from({ length: kinds }, (_, kind) => themeColour(KIND_COLOURS[kind]));
  for (let field = 0; field < ACROSS * UP; field++) {
    const kind = classes[field];
    // A more certain prediction has a more opaque colour.
    const sure = (probabilities[field * kinds + kind] - 1 / kinds) / (1 - 1 / kinds);
    picture.data.set([...colours[kind], 30 + 80 * sure], 4 * field);
  }
  context.putImageData(picture, 0, 0);
}
