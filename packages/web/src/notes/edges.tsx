/** Draws the weights as lines: blue for positive, orange for negative; larger weights are thicker. */
import { largestOf } from "../shared/colours.ts";
import { figure } from "../shared/figure.ts";
import { heightOf, LAYERS_AT } from "./diagram-geometry.ts";
import type { Matrix, SymbolName } from "./moment.ts";
import type { Focus, NotesStore } from "./store.ts";
import { focusOf } from "./symbol.tsx";

/** The symbols whose numbers a layer's edges can show. The weights, which come first, are the default. */
const OF_EDGES: Readonly<Record<1 | 2, readonly SymbolName[]>> = { 1: ["W1", "dW1"], 2: ["W2", "dW2"] };
/** The width of the thickest line, in CSS pixels. */
const WIDEST = 5;
/** The largest number of edges that leaves room for readable numbers. */
const FEW = 24;
/**
 * The part of an edge that the units do not cover, as fractions of its length. Units of inputs and classes are wide.
 */
const CLEAR: Readonly<Record<1 | 2, readonly [begin: number, end: number]>> = { 1: [0.45, 0.68], 2: [0.34, 0.6] };

interface Edge {
  readonly layer: 1 | 2;
  /** The unit that the edge leads to, and the input that it comes from. */
  readonly unit: number;
  readonly input: number;
  readonly value: number;
  readonly width: number;
}

export function EdgeLayer({ store, height }: { readonly store: NotesStore; readonly height: number }) {
  const focus = focusOf(store);
  return (
    <svg class="edges" aria-hidden="true" width="100%" height={height}>
      <Edges store={store} layer={1} focus={focus} height={height} />
      <Edges store={store} layer={2} focus={focus} height={height} />
    </svg>
  );
}

interface EdgesProps {
  readonly store: NotesStore;
  readonly layer: 1 | 2;
  readonly focus: Focus | undefined;
  readonly height: number;
}

function Edges({ store, layer, focus, height }: EdgesProps) {
  const { matrices } = store.moment.value;
  const { layers } = store.problem;
  const chosen = store.unit.value;
  const shown = OF_EDGES[layer].find((name) => name === focus?.symbol) ?? (layer === 1 ? "W1" : "W2");
  const isLit = focus?.symbol === shown || (focus?.symbol === "dZ1" && layer === 2);
  const edges = edgesOf(matrices[shown], layer);
  // A picture of 784 pixels counts as one source, in the middle.
  const sources = layers[layer - 1] > 100 ? 1 : layers[layer - 1];
  // Only the edges of one unit have numbers, since these do not cover each other.
  const own = focus?.row ?? (chosen.layer === layer ? chosen.unit : undefined);
  const numbered = isLit && edges.length <= FEW ? edges.filter(({ unit }) => unit === own) : [];
  return (
    <g class={`layer ${isLit ? "lit" : ""} ${focus !== undefined && !isLit ? "dim" : ""}`}>
      {edges.map(({ unit, input, value, width }) => {
        const ends = {
          x1: `${LAYERS_AT[layer - 1]}%`,
          x2: `${LAYERS_AT[layer]}%`,
          y1: heightOf(sources, input, height),
          y2: heightOf(layers[layer], unit, height),
        };
        const isHere = isLit && focus?.row !== undefined && isOf(focus, unit, input);
        const isOwn = chosen.layer === layer && chosen.unit === unit;
        return (
          <line
            key={`${unit} ${input}`}
            class={`${value < 0 ? "minus" : "plus"} ${isOwn ? "own" : ""} ${isHere ? "here" : ""}`}
            {...ends}
            stroke-width={width}
          />
        );
      })}
      {numbered.map((edge) => (
        <EdgeNumber key={`${edge.unit} ${edge.input}`} {...{ edge, height, layers }} />
      ))}
    </g>
  );
}

function isOf({ row, column }: Focus, unit: number, input: number): boolean {
  return row === unit && (column === undefined || column === input);
}

/** Makes one edge per weight. For rows of pixels it makes one edge per unit, whose value is the norm of its weights. */
function edgesOf({ rows, columns, numbers }: Matrix, layer: 1 | 2): Edge[] {
  const values: { unit: number; input: number; value: number }[] = [];
  for (let unit = 0; unit < rows; unit++) {
    if (columns > 100) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += numbers[unit * columns + k] ** 2;
      values.push({ unit, input: 0, value: Math.sqrt(sum) });
    } else
      for (let input = 0; input < columns; input++)
        values.push({ unit, input, value: numbers[unit * columns + input] });
  }
  const largest = largestOf(values.map(({ value }) => value));
  return values.map((each) => ({
    ...each,
    layer,
    width: largest > 0 ? Math.max(0.6, (WIDEST * Math.abs(each.value)) / largest) : 0.6,
  }));
}

interface EdgeNumberProps {
  readonly edge: Edge;
  readonly height: number;
  readonly layers: readonly number[];
}

/**
 * Places a number on its edge. Edges of one unit have their numbers at different distances, so that these do not
 * overlap.
 */
function EdgeNumber({ edge: { layer, unit, input, value }, height, layers }: EdgeNumberProps) {
  const sources = layers[layer - 1];
  const [begin, end] = CLEAR[layer];
  const part = begin + ((end - begin) * input) / Math.max(1, sources - 1);
  const x = LAYERS_AT[layer - 1] + (LAYERS_AT[layer] - LAYERS_AT[layer - 1]) * part;
  const from = heightOf(sources, input, height);
  const y = from + (heightOf(layers[layer], unit, height) - from) * part;
  return (
    <text x={`${x}%`} y={y} dy="0.35em">
      {figure(value)}
    </text>
  );
}
