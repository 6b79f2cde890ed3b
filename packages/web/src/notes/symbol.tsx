/** A symbol of the notes: dW with a small 1, say. Pointing at it lights up its numbers wherever they stand. */
import { MEANINGS, shapeOf } from "./equations.ts";
import type { SymbolName } from "./moment.ts";
import type { Focus, NotesStore } from "./store.ts";

/** The letter and the layer. */
function partsOf(name: SymbolName): readonly [letter: string, layer: string] {
  const layer = name.at(-1)!;
  return layer === "1" || layer === "2" ? [name.slice(0, -1), layer] : [name, ""];
}

/** As it is set, without its shape. */
export function Name({ name }: { readonly name: SymbolName }) {
  const [letter, layer] = partsOf(name);
  return (
    <span class="name-of">
      <i>{letter}</i>
      {layer !== "" && <sub>{layer}</sub>}
    </span>
  );
}

/** What is pointed at, or was pinned by a click. */
export function focusOf({ focus, pinned }: NotesStore): Focus | undefined {
  return focus.value ?? pinned.value;
}

interface SymbolProps {
  readonly store: NotesStore;
  readonly name: SymbolName;
  readonly isTransposed?: boolean | undefined;
}

/** A button with the symbol and its shape. A click pins what it lights up. */
export function SymbolButton({ store, name, isTransposed = false }: SymbolProps) {
  const { layers, labels } = store.problem;
  const m = store.settings.value.all ? labels.length : 1;
  const shape = shapeOf(name, layers, m);
  const isPinned = store.pinned.value?.symbol === name;
  return (
    <button
      type="button"
      class={`symbol ${focusOf(store)?.symbol === name ? "lit" : ""}`}
      aria-pressed={isPinned}
      title={MEANINGS[name]}
      onPointerEnter={() => (store.focus.value = { symbol: name })}
      onPointerLeave={() => (store.focus.value = undefined)}
      onFocus={() => (store.focus.value = { symbol: name })}
      onBlur={() => (store.focus.value = undefined)}
      onClick={() => (store.pinned.value = isPinned ? undefined : { symbol: name })}
    >
      <span class="set">
        <Name name={name} />
        {isTransposed && <sup title="transposed">T</sup>}
      </span>
      <span class="shape">{isTransposed ? turned(shape) : shape}</span>
      <span class="spoken">: {MEANINGS[name]}</span>
    </button>
  );
}

function turned(shape: string): string {
  return shape.split(" × ").toReversed().join(" × ");
}
