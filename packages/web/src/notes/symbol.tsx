/** Shows a symbol of the notes, such as dW with index 1. Pointing at it highlights its numbers everywhere. */
import { MEANINGS, shapeOf } from "./equations.ts";
import type { SymbolName } from "./moment.ts";
import type { Focus, NotesStore } from "./store.ts";

/** Splits a name into its letter and its layer. */
function partsOf(name: SymbolName): readonly [letter: string, layer: string] {
  const layer = name.at(-1)!;
  return layer === "1" || layer === "2" ? [name.slice(0, -1), layer] : [name, ""];
}

/** The typeset name, without the matrix's shape. */
export function Name({ name }: { readonly name: SymbolName }) {
  const [letter, layer] = partsOf(name);
  return (
    <span class="name-of">
      <i>{letter}</i>
      {layer !== "" && <sub>{layer}</sub>}
    </span>
  );
}

/** The focus: what the user points at, or else what a click has pinned. */
export function focusOf({ focus, pinned }: NotesStore): Focus | undefined {
  return focus.value ?? pinned.value;
}

interface SymbolProps {
  readonly store: NotesStore;
  readonly name: SymbolName;
  readonly isTransposed?: boolean | undefined;
}

/** A button with the symbol and its shape. A click pins the focus to it, or unpins it. */
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
