/**
 * Draws the network as units and edges. The units show the numbers of the focused symbol; a click on one writes its sum
 * out.
 */
import { inkColours } from "../shared/colours.ts";
import { figure } from "../shared/figure.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";
import { diagramHeight, heightOf, LAYERS_AT } from "./diagram-geometry.ts";
import { EdgeLayer } from "./edges.tsx";
import type { SymbolName } from "./moment.ts";
import type { NotesStore } from "./store.ts";
import { focusOf, Name } from "./symbol.tsx";

const SIDE = 28;
const PIXELS = SIDE * SIDE;

/** The symbol that a layer's units show, depending on the focused symbol. */
function shownIn(layer: 0 | 1 | 2, symbol: SymbolName | undefined): SymbolName {
  const shown: Readonly<Partial<Record<SymbolName, SymbolName>>> =
    layer === 1
      ? { Z1: "Z1", b1: "b1", dZ1: "dZ1", db1: "db1", dW1: "dZ1" }
      : { Z2: "Z2", b2: "b2", Y: "Y", dZ2: "dZ2", db2: "db2", dW2: "dZ2", dZ1: "dZ2" };
  if (layer === 0) return "X";
  return (symbol === undefined ? undefined : shown[symbol]) ?? (layer === 1 ? "A1" : "A2");
}

export function NetworkDiagram({ store }: { readonly store: NotesStore }) {
  const { layers } = store.problem;
  const symbol = focusOf(store)?.symbol;
  const height = diagramHeight(layers);
  return (
    <figure class="net">
      <div class="captions" aria-hidden="true">
        {([0, 1, 2] as const).map((layer) => (
          <span key={layer} style={{ left: `${LAYERS_AT[layer]}%` }}>
            <Name name={shownIn(layer, symbol)} />
          </span>
        ))}
      </div>
      <div class="plane" style={{ height: `${height}px` }}>
        <EdgeLayer store={store} height={height} />
        <Inputs store={store} height={height} />
        <Units store={store} layer={1} shown={shownIn(1, symbol)} height={height} />
        <Units store={store} layer={2} shown={shownIn(2, symbol)} height={height} />
      </div>
      <figcaption class="small muted">
        <span class="key plus" /> positive <span class="key minus" /> negative; the thicker, the larger.
      </figcaption>
    </figure>
  );
}

function Inputs({ store, height }: { readonly store: NotesStore; readonly height: number }) {
  const { X } = store.moment.value.matrices;
  const { features } = store.problem;
  const focus = focusOf(store);
  const isLit = focus?.symbol === "X";
  const pointer = {
    onPointerEnter: () => (store.focus.value = { symbol: "X" }),
    onPointerLeave: () => (store.focus.value = undefined),
  };
  if (features.length === 0) {
    const place = { left: `${LAYERS_AT[0]}%`, top: `${height / 2}px` };
    return (
      <span class={`unit digit ${isLit ? "lit" : ""}`} style={place} {...pointer}>
        <MatrixPicture
          values={X.numbers}
          rows={SIDE}
          columns={SIDE}
          zoom={3.2}
          label="the example"
          colours={digitColours}
        />
      </span>
    );
  }
  return (
    <>
      {features.map((feature, input) => (
        <span
          key={feature}
          class={`unit input ${isLit && (focus.row ?? input) === input ? "lit" : ""}`}
          style={{ left: `${LAYERS_AT[0]}%`, top: `${heightOf(features.length, input, height)}px` }}
          {...pointer}
        >
          <b>{figure(X.numbers[input])}</b>
          <small>{feature}</small>
        </span>
      ))}
    </>
  );
}

const digitColours = () => inkColours(1);

interface UnitsProps {
  readonly store: NotesStore;
  readonly layer: 1 | 2;
  readonly shown: SymbolName;
  readonly height: number;
}

function Units({ store, layer, shown, height }: UnitsProps) {
  const moment = store.moment.value;
  const { numbers } = moment.matrices[shown];
  const focus = focusOf(store);
  const chosen = store.unit.value;
  const { layers, classes, features } = store.problem;
  const right = store.settings.value.label;
  return (
    <>
      {Array.from({ length: layers[layer] }, (_, unit) => {
        const isChosen = chosen.layer === layer && chosen.unit === unit;
        const isLit = focus?.symbol === shown && (focus.row ?? unit) === unit;
        const share = layer === 2 ? moment.matrices.A2.numbers[unit] : 0;
        return (
          <button
            key={unit}
            type="button"
            class={`unit ${layer === 1 ? "hidden" : "class"} ${isLit ? "lit" : ""} ${layer === 1 && moment.matrices.A1.numbers[unit] === 0 ? "silent" : ""}`}
            style={{ left: `${LAYERS_AT[layer]}%`, top: `${heightOf(layers[layer], unit, height)}px` }}
            aria-pressed={isChosen}
            onPointerEnter={() => (store.focus.value = { symbol: shown, row: unit })}
            onPointerLeave={() => (store.focus.value = undefined)}
            onFocus={() => (store.focus.value = { symbol: shown, row: unit })}
            onBlur={() => (store.focus.value = undefined)}
            onClick={() => (store.unit.value = { layer, unit })}
          >
            {layer === 1 && features.length === 0 && (
              <MatrixPicture
                values={moment.network.W[1].subarray(unit * PIXELS, (unit + 1) * PIXELS)}
                rows={SIDE}
                columns={SIDE}
                zoom={1}
                label=""
              />
            )}
            {layer === 2 && (
              <span class="share" aria-hidden="true">
                <span style={{ transform: `scaleX(${share})` }} />
              </span>
            )}
            {layer === 2 && (
              <small class={unit === right ? "true" : undefined}>
                {classes[unit]}
                {unit === right && <span title="the right answer"> ✓</span>}
              </small>
            )}
            {layer === 1 && <span class="spoken">hidden unit {unit + 1}: </span>}
            <b>{figure(numbers[unit])}</b>
            <span class="spoken"> is its {shown}; write its sum out</span>
          </button>
        );
      })}
    </>
  );
}
