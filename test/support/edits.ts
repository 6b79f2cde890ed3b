/** Random changes of a file's content: of characters, tokens, bytes, or parts of JSON. */
import fc from "fast-check";

/** A property that every randomly changed file has. */
export interface FileProperty {
  readonly name: string;
  readonly property: () => fc.IProperty<unknown>;
}

/** A change at a position, which is given as a fraction of the length. */
export interface Edit {
  readonly kind: "replace" | "insert" | "delete" | "repeat" | "exchange";
  readonly at: number;
  readonly to: number;
  readonly text: string;
}

const PLACE = fc.noBias(fc.nat(999_999)).map((millionths) => millionths / 1_000_000);
const EDIT: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("replace", "insert", "delete", "repeat", "exchange"),
  at: PLACE,
  to: PLACE,
  text: fc.oneof(
    fc.string({ minLength: 1, maxLength: 2 }),
    fc.constantFrom(...' 0123456789-.eE,:[]{}"\\\n\t\u0000', "\\u0057", "\\ud800", "1e9", "W1", '"', '":', "null"),
  ),
});

/** Splits JSON into tokens. Changes of whole tokens give valid JSON more often than changes of characters. */
function tokensOf(text: string): string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|-?\d+|[[\]{},:]|\s+|./gs) ?? [];
}

function edited(parts: readonly string[], { kind, at, to, text }: Edit): readonly string[] {
  const i = Math.floor(at * parts.length);
  const j = Math.floor(to * parts.length);
  const [first, last] = [Math.min(i, j), Math.max(i, j)];
  switch (kind) {
    case "replace":
      return parts.with(i, text);
    case "insert":
      return parts.toSpliced(i, 0, text);
    case "delete":
      return parts.toSpliced(i, 1);
    case "repeat":
      return parts.toSpliced(last, 0, ...parts.slice(first, Math.min(last, first + 40)));
    case "exchange":
      return parts.with(i, parts[j]).with(j, parts[i]);
  }
}

export const EDITS = fc.array(EDIT, { minLength: 1, maxLength: 3 });

/** @param byToken whether the edits change tokens rather than characters */
export function editedText(text: string, edits: readonly Edit[], byToken: boolean): string {
  return edits.reduce<readonly string[]>(edited, byToken ? tokensOf(text) : [...text]).join("");
}

/** Applies the edits to bytes rather than characters. */
export function editedBytes(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const characters = [...Buffer.from(bytes).toString("latin1")];
  return Buffer.from(edits.reduce<readonly string[]>(edited, characters).join(""), "latin1");
}

/** Unexpected values for any place in JSON. */
export const ODD_VALUES = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(0, -1, 0.5, 1.5, 2 ** 31, 2 ** 40, 2 ** 53, 1.7e308, Infinity, 1e-320, "", "9", "x", "full"),
  fc.constantFrom<unknown>("__proto__", "\0", "\ud800", null, [], {}, [0, 84], 1, 2, true, false),
);

export const STEPS = fc.array(fc.noBias(fc.nat(1000)), { minLength: 1, maxLength: 4 });

/** Replaces or removes one part of a nested value. Each step selects a member of the part selected before. */
export function changeSomewhere(whole: object, steps: readonly number[], value: unknown, removes: boolean): void {
  let at = whole as Record<string, unknown>;
  for (const [i, step] of steps.entries()) {
    const names = Object.keys(at);
    const name = names[step % names.length];
    const next = at[name];
    if (i < steps.length - 1 && typeof next === "object" && next !== null && Object.keys(next).length > 0) {
      at = next as Record<string, unknown>;
    } else if (removes) {
      delete at[name];
      return;
    } else {
      Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
      return;
    }
  }
}
