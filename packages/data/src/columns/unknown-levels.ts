/** Counts the cells whose level a model does not know. The network ignores them, or takes them for rare levels. */
import type { ColumnEncoder, Preprocessing } from "@scratch-nn/core";
import { excerpt, isGapMark, levelFinder, levelOf } from "@scratch-nn/core/engine";
import type { CellBlock } from "../csv/cell-block.ts";
import { BlockColumns } from "./block-columns.ts";
import { abridge } from "./choose-label.ts";
import { columnName } from "./column-name.ts";
import { foldedOf } from "./spelling.ts";
import { yesNoOf } from "./yes-no.ts";

type LevelEncoder = Extract<ColumnEncoder, { readonly kind: "binary" | "category" }>;

/** Some cells of a column. */
interface FoundLevels {
  readonly rows: number;
  /** Their first distinct levels, in the order of the rows; at most {@link MOST_EXAMPLES}. */
  readonly levels: readonly string[];
}

/** The levels of one column in some rows. Plain data. */
export interface LevelCounts {
  /** The number of rows with a level of the encoder. */
  readonly known: number;
  /** The cells that are neither missing nor a level of the encoder. */
  readonly unknown: FoundLevels;
  /** Those of them that may be another spelling of a level. */
  readonly respelled: FoundLevels;
}

/** One more than a remark shows. */
const MOST_EXAMPLES = 4;
/** The least rows from which to judge that a column has no known level. Fewer may all be rare ones. */
const FEW_ROWS = 5;

const NOTHING: LevelCounts = {
  known: 0,
  unknown: { rows: 0, levels: [] },
  respelled: { rows: 0, levels: [] },
};

/** The encoders with levels, in the order of {@link countKnownLevels}. */
function levelEncoders({ encoders }: Preprocessing): LevelEncoder[] {
  return encoders.filter((encoder) => encoder.kind === "binary" || encoder.kind === "category");
}

/**
 * @returns a function that counts the levels of a block: one element for each encoder with levels. Its `places` is, for
 *   each of preprocessing.columns, the index of the table's column
 */
export function levelCounter(
  preprocessing: Preprocessing,
): (block: CellBlock, places: readonly number[]) => readonly LevelCounts[] {
  const columns = levelEncoders(preprocessing).map((encoder) => ({
    encoder,
    find: levelFinder(encoder.levels),
    findMeant: meantFinder(encoder.levels),
  }));
  return (block, places) =>
    columns.map(({ encoder, find, findMeant }) => {
      const reader = new BlockColumns(block, [places[encoder.column]]);
      const counts = new Counts(findMeant);
      for (let row = 0; row < block.rows; row++) {
        const cell = reader.cell(row, 0);
        if (cell === undefined) continue;
        if (find(cell) >= 0) counts.known++;
        // The encoder of two levels takes such a mark for a missing value.
        else if (encoder.kind === "category" || typeof cell === "number" || !isGapMark(cell)) counts.take(cell);
      }
      return counts.counts;
    });
}

class Counts {
  known = 0;
  readonly #findMeant: FindMeant;
  readonly #unknown = { rows: 0, levels: [] as string[] };
  readonly #respelled = { rows: 0, levels: [] as string[] };
  /** Whether a cell may be another spelling of a level. */
  readonly #seen = new Map<number | string, boolean>();

  constructor(findMeant: FindMeant) {
    this.#findMeant = findMeant;
  }

  /** Takes a cell that is no level. */
  take(cell: number | string): void {
    let isRespelled = this.#seen.get(cell);
    if (isRespelled === undefined) {
      const level = levelOf(cell);
      isRespelled = this.#findMeant(level) !== undefined;
      this.#seen.set(cell, isRespelled);
      learn(this.#unknown.levels, [level]);
      if (isRespelled) learn(this.#respelled.levels, [level]);
    }
    this.#unknown.rows++;
    if (isRespelled) this.#respelled.rows++;
  }

  get counts(): LevelCounts {
    return { known: this.known, unknown: this.#unknown, respelled: this.#respelled };
  }
}

function learn(levels: string[], found: readonly string[]): void {
  for (const level of found) if (levels.length < MOST_EXAMPLES && !levels.includes(level)) levels.push(level);
}

type FindMeant = (word: string) => string | undefined;

/**
 * @returns a function that returns the level that a word may be another spelling of: it looks the same, or the levels are
 *   yes and no, and the word means one of them
 */
function meantFinder(levels: readonly string[]): FindMeant {
  const folded = new Map(levels.map((level) => [foldedOf(level), level]));
  const isYesNo = levels.every((level) => yesNoOf(level) !== undefined);
  const meanings = new Map(isYesNo ? levels.map((level) => [yesNoOf(level), level]) : []);
  return (word) => {
    const key = foldedOf(word);
    const meaning = yesNoOf(key);
    return folded.get(key) ?? (meaning === undefined ? undefined : meanings.get(meaning));
  };
}

/** Sums up the levels of the blocks of a table. The sum does not depend on where one block ends. */
export class UnknownLevels {
  readonly #preprocessing: Preprocessing;
  readonly #encoders: readonly LevelEncoder[];
  #counts: readonly LevelCounts[];

  constructor(preprocessing: Preprocessing) {
    this.#preprocessing = preprocessing;
    this.#encoders = levelEncoders(preprocessing);
    this.#counts = this.#encoders.map(() => NOTHING);
  }

  /** Adds the next block. @param counts from {@link levelCounter}; undefined if the data are no table */
  add(counts: readonly LevelCounts[] | undefined): void {
    if (counts === undefined) return;
    this.#counts = this.#counts.map((sum, i) => ({
      known: sum.known + counts[i].known,
      unknown: sumOf(sum.unknown, counts[i].unknown),
      respelled: sumOf(sum.respelled, counts[i].respelled),
    }));
  }

  /** A remark for each column with unknown levels. */
  get remarks(): readonly string[] {
    const { columns, named } = this.#preprocessing;
    return this.#encoders.flatMap((encoder, i) => {
      const name = columnName({ names: columns, hasHeader: named }, encoder.column);
      return describe(name, encoder, this.#counts[i]) ?? [];
    });
  }
}

function sumOf(a: FoundLevels, b: FoundLevels): FoundLevels {
  const levels = [...a.levels];
  learn(levels, b.levels);
  return { rows: a.rows + b.rows, levels };
}

function describe(name: string, encoder: LevelEncoder, counts: LevelCounts): string | undefined {
  const { known, unknown, respelled } = counts;
  const sharesInput = encoder.kind === "category" && encoder.other;
  // The model does not name its rare levels, so one that is unknown may be rare.
  const isNews = !sharesInput || (known === 0 && unknown.rows >= FEW_ROWS);
  const found = isNews ? unknown : respelled;
  if (found.rows === 0) return undefined;
  const all = known === 0 && found.rows === unknown.rows && found.rows > 1 ? ", all of them," : "";
  const effect = sharesInput ? "takes for rare ones" : "ignores";
  const shown = found.levels.slice(0, MOST_EXAMPLES - 1);
  const more = found.levels.length > shown.length ? ", ..." : "";
  const rows = `${found.rows} ${found.rows === 1 ? "row" : "rows"}`;
  const findMeant = meantFinder(encoder.levels);
  const meant = shown.flatMap((level) => {
    const same = findMeant(level);
    return same === undefined ? [] : [`${excerpt(level)} may mean ${excerpt(same)}`];
  });
  const hint = meant.length === 0 ? "" : `; ${meant.join(", ")}`;
  return `column ${name}: ${rows}${all} with values that training did not have, which the network ${effect}: ${shown.map(excerpt).join(", ")}${more} (it knows ${abridge(encoder.levels)})${hint}`;
}
