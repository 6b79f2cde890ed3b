/** Encodes words like core: maps each word of a column to the number of its level, and the number to inputs. */
import type { ColumnEncoder } from "@scratch-nn/core";
import { GAP_MARKS, levelOf, MISSING_WORDS, parseNumber } from "@scratch-nn/core/engine";
import { type Graph, int, ML } from "./graph.ts";

type Encoder<Kind extends ColumnEncoder["kind"]> = Extract<ColumnEncoder, { readonly kind: Kind }>;

/** One input for each level, one for missing, one for other words. @param words [N, 1] @returns [N, inputs] */
export function encodeCategory(graph: Graph, encoder: Encoder<"category">, words: string, name: string): string {
  const { levels, missing, other } = encoder;
  const inputs = levels.length + (missing ? 1 : 0) + (other ? 1 : 0);
  // OneHot sets no input for a number that is out of range.
  const ofOthers = other ? inputs - 1 : inputs;
  const codes = new Map<string, number>();
  for (const word of MISSING_WORDS) codes.set(word, missing ? levels.length : ofOthers);
  addLevels(codes, levels);
  const code = labelEncoder(graph, words, codes, ofOthers, `${name}.level`);
  const depth = graph.integers(`${name}.inputs`, [inputs]);
  const values = graph.floats(`${name}.offAndOn`, Float32Array.of(0, 1));
  // OneHot maps [N, 1] to [N, 1, inputs].
  return flat(graph, graph.node("OneHot", [code, depth, values], `${name}.oneHot`), name);
}

/** -1 and 1 for the levels, 0 for other words and missing; with marksMissing, also a mark. @returns [N, 1 or 2] */
export function encodeYesNo(graph: Graph, encoder: Encoder<"binary">, words: string, name: string): string {
  const { levels, marksMissing } = encoder;
  const [MISSING, OTHER] = [2, 3];
  const codes = new Map<string, number>();
  for (const word of MISSING_WORDS) codes.set(word, MISSING);
  addLevels(codes, levels);
  for (const mark of [...GAP_MARKS].flatMap(casesOf)) if (!codes.has(mark)) codes.set(mark, MISSING);
  const code = labelEncoder(graph, words, codes, OTHER, `${name}.level`);
  const width = marksMissing ? 2 : 1;
  const values = marksMissing ? [-1, 0, 1, 0, 0, 1, 0, 0] : [-1, 1, 0, 0];
  const table = graph.floats(`${name}.values`, Float32Array.from(values), [4, width]);
  return flat(graph, graph.node("Gather", [table, code], `${name}.chosen`), name);
}

function flat(graph: Graph, value: string, name: string): string {
  return graph.node("Flatten", [value], name, { attributes: { axis: int(1) } });
}

/** Adds the spellings of each level in tables, programs and data frames. Words that are already in `codes` stay. */
function addLevels(codes: Map<string, number>, levels: readonly string[]): void {
  const spelt = (level: string, word: string, index: number): void => {
    // Adds only spellings that core would read as that level.
    if (!codes.has(word) && levelOf(word) === levelOf(level)) codes.set(word, index);
  };
  for (const [index, level] of levels.entries()) spelt(level, levelOf(level), index);
  for (const [index, level] of levels.entries()) {
    spelt(level, level.trim(), index);
    for (const word of casesOf(level)) spelt(level, word, index);
    // Data frames write whole numbers like this if a column has gaps.
    if (parseNumber(level) !== undefined) spelt(level, `${levelOf(level)}.0`, index);
  }
}

/** A word in lower case, capitalised, and in upper case. */
function casesOf(word: string): readonly string[] {
  const small = word.toLowerCase();
  return [small, small.charAt(0).toUpperCase() + small.slice(1), small.toUpperCase()];
}

function labelEncoder(
  graph: Graph,
  words: string,
  codes: ReadonlyMap<string, number>,
  others: number,
  name: string,
): string {
  return graph.node("LabelEncoder", [words], name, {
    domain: ML,
    attributes: {
      keys_strings: { kind: "strings", value: [...codes.keys()] },
      values_int64s: { kind: "ints", value: [...codes.values()] },
      default_int64: int(others),
    },
  });
}
