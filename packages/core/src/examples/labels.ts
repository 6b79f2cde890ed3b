/** Converts the caller's labels, numbers or words, to class indices. */
import { type Numbers, numbersOf } from "../checks/arrays.ts";
import { InputError } from "../checks/errors.ts";
import { describeValue } from "../checks/excerpt.ts";
import { Field } from "../checks/field.ts";
import { levelOf } from "../columns/cell.ts";

/**
 * Checks labels.
 * @param names of the classes, as in Examples
 * @param m columns of X
 * @param classes the number of classes of the network
 * @returns [m], from 0 to classes - 1
 * @throws InputError naming the label that is not a class, or the fault in the names
 */
export function checkLabels(
  labels: Numbers | readonly string[],
  names: readonly string[] | undefined,
  m: number,
  classes: number,
): Uint16Array {
  const numberOf = names === undefined ? undefined : numbersByName(names, classes);
  const isWords = Array.isArray(labels) && labels.some((label) => typeof label === "string");
  const list = isWords ? labels : numbersOf(labels);
  if (list === undefined) {
    throw wrongLabels(
      "labels",
      "an array of numbers or of strings",
      describeValue(labels),
      "pass one for each column of X",
    );
  }
  if (list.length !== m) {
    throw wrongLabels("labels", `${m}, one for each column of X`, `${list.length}`, "pass as many labels as columns");
  }
  if (isWords) return Uint16Array.from(list as readonly unknown[], (label, c) => numberOfWord(label, c, numberOf));
  const numbers = list as ArrayLike<number>;
  for (let c = 0; c < m; c++) {
    const label = numbers[c];
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    const remedy = "number the classes from 0, or make the network's last layer larger";
    throw wrongLabels(`labels[${c}]`, `a class from 0 to ${classes - 1}`, String(label), remedy);
  }
  return numbers instanceof Uint16Array ? numbers : Uint16Array.from(numbers);
}

/** Creates a look-up of a class index by name, in any spelling that is numerically the same. */
function numbersByName(names: readonly string[], classes: number): (word: string) => number | undefined {
  const field = new Field(
    { where: "examples", remedy: "pass the classes in the order of the network's outputs" },
    names,
    "classes",
  );
  const distinct = field.distinct();
  if (distinct.length !== classes) field.fail(`${classes}, as many as the network has`, `${distinct.length}`);
  const exact = new Map(distinct.map((name, k) => [name, k]));
  // The first of two spellings of a number wins.
  const equal = new Map(distinct.map((name, k) => [levelOf(name), k] as const).reverse());
  return (word) => exact.get(word) ?? equal.get(levelOf(word));
}

function numberOfWord(label: unknown, c: number, numberOf: ((word: string) => number | undefined) | undefined): number {
  if (typeof label !== "string") {
    throw wrongLabels(
      `labels[${c}]`,
      "a string, like others of the labels",
      describeValue(label),
      "pass all as strings, or all as numbers",
    );
  }
  if (numberOf === undefined) {
    const remedy = "pass classes: [...], their names in the order of the network's outputs";
    throw wrongLabels(`labels[${c}]`, "a number, as the examples have no classes", describeValue(label), remedy);
  }
  const number = numberOf(label);
  if (number !== undefined) return number;
  throw wrongLabels(
    `labels[${c}]`,
    "one of the classes",
    describeValue(label),
    "check the spelling, or add it to classes",
  );
}

function wrongLabels(where: string, expected: string, found: string, remedy: string): InputError {
  return new InputError({ where, expected, found, remedy });
}
