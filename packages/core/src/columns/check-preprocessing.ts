import { Field } from "../checks/field.ts";
import { levelOf } from "./cell.ts";
import { DATE_ORDERS } from "./dates.ts";
import { type ColumnEncoder, inputsOf, type Preprocessing } from "./encoders.ts";

const KINDS = ["pixels", "number", "date", "bins", "binary", "category"] as const;

/**
 * Checks an untrusted preprocessing, field by field.
 * @param inputs n[0] of the network that it is for, if there is one
 * @returns a copy without any other fields
 * @throws InputError naming the field that is wrong
 */
export function checkPreprocessing(field: Field, inputs?: number): Preprocessing {
  const columns = field.at("columns").distinct();
  const named = field.at("named").boolean();
  const list = field.at("encoders");
  const encoders = list.map((encoder) => checkEncoder(encoder, columns.length));
  const sum = encoders.reduce((before, encoder) => before + inputsOf(encoder), 0);
  if (sum !== (inputs ?? sum) || sum === 0) {
    list.fail(`encoders of ${inputs ?? "one or more"} inputs together, as the network has`, `${sum}`);
  }
  return { columns, named, encoders };
}

function checkEncoder(field: Field, columns: number): ColumnEncoder {
  const kind = field.at("kind").oneOf(KINDS);
  const column = field.at("column").whole(0, columns - 1);
  switch (kind) {
    case "pixels": {
      const count = field.at("count").whole(1, columns - column);
      const factor = field.at("factor").factor();
      return { kind, column, count, factor };
    }
    case "number":
      return { kind, column, ...checkScale(field) };
    case "date":
      return { kind, column, order: field.at("order").oneOf(DATE_ORDERS), ...checkScale(field) };
    case "bins":
      return { kind, column, knots: checkKnots(field.at("knots")), fill: field.at("fill").number() };
    case "binary": {
      const levels = field.at("levels").distinct(levelOf);
      if (levels.length !== 2) field.at("levels").fail("two levels");
      return { kind, column, levels: [levels[0], levels[1]], marksMissing: field.at("marksMissing").boolean() };
    }
    case "category":
      return {
        kind,
        column,
        levels: field.at("levels").distinct(levelOf),
        missing: field.at("missing").boolean(),
        other: field.at("other").boolean(),
      };
  }
}

function checkScale(field: Field) {
  const center = field.at("center").number();
  const spread = field.at("spread").positive();
  const clips = field.at("clips").boolean();
  const fill = field.at("fill").number();
  // With `clips`, any number is valid.
  if (!clips && !Number.isFinite(Math.fround((fill - center) / spread))) {
    field.at("fill").fail("a number that is an f32 once it is scaled");
  }
  return { center, spread, clips, fill, marksMissing: field.at("marksMissing").boolean() };
}

function checkKnots(field: Field): number[] {
  let before: number | undefined;
  const knots = field.map((knot) => {
    const value = knot.number();
    if (before !== undefined && !(value > before && Number.isFinite(value - before))) {
      knot.fail("a number above the one before, their difference one too");
    }
    before = value;
    return value;
  });
  return knots.length >= 2 ? knots : field.fail("at least two numbers");
}

/**
 * Checks a preprocessing that a program created.
 * @throws InputError naming the field that is wrong
 */
export function requirePreprocessing(preprocessing: Preprocessing): Preprocessing {
  const source = { where: "preprocessing", remedy: "see Preprocessing and ColumnEncoder for what is wanted" };
  return checkPreprocessing(new Field(source, preprocessing));
}
