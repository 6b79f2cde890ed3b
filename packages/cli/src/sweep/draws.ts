/** Generates the settings of a sweep's runs: all combinations, or a random sample. */
import { InputError } from "@scratch-nn/core";
import { PURPOSE, randomStream } from "@scratch-nn/core/engine";
import { drawnFrom, isOpen, numberAt, type Template, textAt, textsOf } from "./values.ts";

/** A flag with more than one value. */
export interface SweptFlag {
  readonly key: string;
  /** For instance --lr. */
  readonly flag: string;
  readonly templates: readonly Template[];
}

/** The text of each swept flag in one run, by its key. */
export type Settings = Readonly<Record<string, string>>;

export const MOST_RUNS = 10_000;

export function hasOpenRange(flags: readonly SweptFlag[]): boolean {
  return flags.some(({ templates }) => templates.some(isOpen));
}

/** The number of combinations; Infinity where a range has no count. */
export function combinations(flags: readonly SweptFlag[]): number {
  return flags.reduce((product, flag) => product * (valuesOf(flag)?.length ?? Number.POSITIVE_INFINITY), 1);
}

/**
 * All combinations, the last flag changing fastest.
 * @throws InputError naming a range without a count
 */
export function gridOf(flags: readonly SweptFlag[]): Settings[] {
  const open = flags.find(({ templates }) => templates.some(isOpen));
  if (open !== undefined) {
    throw new InputError({
      where: open.flag,
      expected: "values that can be counted, for --search grid",
      found: "a range of any numbers",
      remedy: "write how many of them, for example 0.001..0.1:3, or pass --search random",
    });
  }
  const count = combinations(flags);
  if (count > MOST_RUNS) throw tooMany(count);
  return Array.from({ length: count }, (_, place) => combinationAt(flags, place));
}

function tooMany(count: number): InputError {
  return new InputError({
    where: "--search grid",
    expected: `at most ${MOST_RUNS} combinations`,
    found: String(count),
    remedy: "give fewer values, or pass --search random with --runs",
  });
}

/** The combination at an index. */
function combinationAt(flags: readonly SweptFlag[], place: number): Settings {
  let rest = place;
  const found = flags.toReversed().map((flag): [string, string] => {
    const values = valuesOf(flag)!;
    const value = values[rest % values.length];
    rest = Math.floor(rest / values.length);
    return [flag.key, value];
  });
  return Object.fromEntries(found.toReversed());
}

/** Undefined where the values cannot be counted. */
function valuesOf({ templates }: SweptFlag): string[] | undefined {
  return templates.some(isOpen) ? undefined : Array.from(new Set(templates.flatMap(textsOf)));
}

/** The first part of a stream's path, for the choice of combinations; the others are for the numbers of a run. */
const WHICH = 0;
/** The number of attempts to draw a run that differs from all before. */
const MOST_TRIES = 100;

/**
 * Draws distinct random settings; each is a function of (seed, its number).
 * @param count the number to draw; the result is shorter where there are fewer combinations
 */
export function drawSettings(flags: readonly SweptFlag[], count: number, seed: number): Settings[] {
  const all = combinations(flags);
  if (all < 2 ** 32) return chooseSome(flags, Math.min(count, all), all, seed);
  const seen = new Set<string>();
  const found: Settings[] = [];
  for (let run = 1; run <= count; run++) {
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      const settings = drawOne(flags, randomStream(seed, PURPOSE.search, run, attempt));
      const text = JSON.stringify(settings);
      if (seen.has(text)) continue;
      seen.add(text);
      found.push(settings);
      break;
    }
  }
  return found;
}

/** The first places of a Fisher-Yates shuffle; stores only the entries that were moved. */
function chooseSome(flags: readonly SweptFlag[], count: number, all: number, seed: number): Settings[] {
  const stream = randomStream(seed, PURPOSE.search, WHICH);
  const moved = new Map<number, number>();
  return Array.from({ length: count }, (_, i) => {
    const chosen = i + stream.below(all - i, i);
    const place = moved.get(chosen) ?? chosen;
    moved.set(chosen, moved.get(i) ?? i);
    return combinationAt(flags, place);
  });
}

function drawOne(flags: readonly SweptFlag[], stream: ReturnType<typeof randomStream>): Settings {
  let next = 0;
  return Object.fromEntries(
    flags.map(({ key, templates }) => {
      const template = templates[stream.below(templates.length, next++)];
      const text = textAt(template, (range) => {
        const { count } = range;
        if (count === undefined) return drawnFrom(range, stream.uniform(next++));
        return numberAt(range, stream.below(count, next++) / (count - 1));
      });
      return [key, text];
    }),
  );
}
