/** The parts of a model that weights do not contain: from flags, or from defaults that a note reports. */
import type { Activation, ColumnEncoder, Output, Preprocessing, Task } from "@scratch-nn/core";
import { Field } from "@scratch-nn/core/engine";
import type { Layout } from "./name-layers.ts";

/** The settings, named like the flags without dashes. */
export interface ImportSettings {
  /** Names of the layers to import, in order. */
  readonly layers?: readonly string[] | undefined;
  readonly layout?: Layout | undefined;
  readonly activation?: Activation | undefined;
  readonly output?: Output | undefined;
  /** Class names: one for each output of a softmax, two for a single sigmoid. */
  readonly classes?: readonly string[] | undefined;
  /** The label column of classes; for quantities and for several yes/no labels, one column for each output. */
  readonly label?: readonly string[] | undefined;
  /** Names of the raw columns, one for each input. */
  readonly columns?: readonly string[] | undefined;
  /** The factor for each input. */
  readonly scale?: number | undefined;
  /** With `spread`, scales inputs by (x - center) / spread instead: one number for all inputs, or one for each. */
  readonly center?: readonly number[] | undefined;
  readonly spread?: readonly number[] | undefined;
}

/** The parts of a model besides its network, as settled. */
export interface SettledModel {
  readonly output: Output;
  readonly task: Task;
  readonly label: string | undefined;
  readonly preprocessing: Preprocessing;
  readonly notes: readonly string[];
}

/**
 * Settles these parts from flags and defaults.
 * @param inputs n[0]
 * @param outputs n[L]
 * @throws InputError naming a flag that contradicts another flag or the weights
 */
export function settle(settings: ImportSettings, inputs: number, outputs: number): SettledModel {
  const notes: string[] = [];
  const output = settings.output ?? (outputs === 1 ? oneOutput() : "softmax");
  if (settings.output === undefined)
    notes.push("the output is taken for a softmax over classes; --output says otherwise");
  if (output === "softmax" && outputs === 1) {
    flag("--output", output, "for one output, sigmoid says yes or no, and identity a quantity").fail(
      "sigmoid or identity",
    );
  }
  const isClasses = output === "softmax" || (output === "sigmoid" && outputs === 1);
  const labels = checkLabel(settings, isClasses ? 1 : outputs, inputs);
  const columns = settings.columns ?? positions(inputs + labels.length, labels).slice(0, inputs);
  const task = isClasses
    ? classesOf(settings, output === "softmax" ? outputs : 2, notes)
    : namesOf(settings, output, outputs, { labels, inputs, notes });
  return {
    output,
    task,
    label: isClasses ? labels[0] : undefined,
    preprocessing: preprocessingOf(settings, columns, notes),
    notes,
  };
}

function flag(where: string, value: unknown, remedy: string): Field {
  return new Field({ where, remedy }, value);
}

function oneOutput(): never {
  const remedy =
    "pass --output sigmoid for the probability of the second of two classes, --output identity for a quantity";
  return flag("--output", undefined, remedy).fail("what one output stands for", "nothing");
}

/** Column positions from 1, without those of labels. */
function positions(count: number, labels: readonly string[]): string[] {
  return Array.from({ length: count }, (_, i) => String(i + 1)).filter((position) => !labels.includes(position));
}

/** The names of the label columns; if columns have no names, their positions among all columns. */
function checkLabel({ label, columns }: ImportSettings, count: number, inputs: number): readonly string[] {
  if (label === undefined) return [];
  const of = flag("--label", label, "leave it out, or name the columns that are predicted");
  if (label.length !== count) of.fail(`${count} of them, as many as are predicted`, `${label.length}`);
  of.distinct();
  const all = inputs + count;
  const odd = label.find((name) => columns === undefined && !(/^[1-9][0-9]*$/.test(name) && Number(name) <= all));
  if (odd !== undefined) {
    const remedy =
      "pass --columns with the names of the inputs, too; without names, columns are known by their positions";
    flag("--label", odd, remedy).fail(`positions from 1 to ${all}, as the columns have no names`);
  }
  const both = label.find((name) => columns?.includes(name));
  if (both !== undefined)
    flag("--label", both, "leave it out of one of them").fail("a column that is none of --columns");
  return label;
}

function classesOf({ classes }: ImportSettings, count: number, notes: string[]): Task {
  if (classes === undefined) {
    const names = Array.from({ length: count }, (_, c) => String(c));
    notes.push(`classes have no names: ${names[0]} to ${names.at(-1)}; --classes says otherwise`);
    return { kind: "classes", classes: names };
  }
  const of = flag("--classes", classes, "name each of the network's outputs, in their order");
  if (classes.length !== count) of.fail(`${count}, as many as the network tells apart`, `${classes.length}`);
  return { kind: "classes", classes: of.distinct() };
}

function namesOf(
  { classes, columns }: ImportSettings,
  output: Output,
  outputs: number,
  { labels, inputs, notes }: { readonly labels: readonly string[]; readonly inputs: number; readonly notes: string[] },
): Task {
  if (classes !== undefined) {
    const remedy = "leave one of the two out; --label names what the outputs are";
    flag("--classes", classes, remedy).fail("--output softmax, or one output", `--output ${output} with ${outputs}`);
  }
  // Without names, columns are named by position: the outputs' columns follow the inputs'.
  const nameOf = (u: number): string => (columns === undefined ? String(inputs + u + 1) : `output ${u + 1}`);
  const names = labels.length > 0 ? labels : Array.from({ length: outputs }, (_, u) => nameOf(u));
  if (labels.length === 0) {
    notes.push(
      `what is predicted has no name: ${names[0]}${outputs > 1 ? ` to ${names.at(-1)}` : ""}; --label says otherwise`,
    );
  }
  if (output === "sigmoid") return { kind: "labels", names };
  const each = (value: number): number[] => new Array<number>(outputs).fill(value);
  const [least, most] = [each(-Number.MAX_VALUE), each(Number.MAX_VALUE)];
  return { kind: "quantities", names, center: each(0), spread: each(1), least, most, clamps: false };
}

function preprocessingOf(
  { columns: names, scale, center, spread }: ImportSettings,
  columns: readonly string[],
  notes: string[],
): Preprocessing {
  const named = names !== undefined;
  if (names !== undefined) flag("--columns", names, "name each column once").distinct();
  return { columns, named, encoders: encodersOf({ scale, center, spread }, columns.length, notes) };
}

function encodersOf(
  { scale, center, spread }: Pick<ImportSettings, "scale" | "center" | "spread">,
  inputs: number,
  notes: string[],
): ColumnEncoder[] {
  if (center === undefined && spread === undefined) {
    if (scale === undefined)
      notes.push("inputs are taken as they are; --scale, or --center and --spread, say otherwise");
    return [
      {
        kind: "pixels",
        column: 0,
        count: inputs,
        factor: flag("--scale", scale ?? 1, "pass for example 0.00392156862745098").factor(),
      },
    ];
  }
  if (scale !== undefined) {
    const found = `--${center === undefined ? "spread" : "center"} beside it`;
    flag("--scale", scale, "leave one of the two out").fail("--scale alone", found);
  }
  const of = (name: string, values: readonly number[]): readonly number[] => {
    const field = flag(name, values, "pass one number for all inputs, or one for each");
    if (values.length !== 1 && values.length !== inputs) field.fail(`1 or ${inputs} numbers`, `${values.length}`);
    return values.length === inputs ? values : new Array<number>(inputs).fill(values[0]);
  };
  const [centers, spreads] = [of("--center", center ?? [0]), of("--spread", spread ?? [1])];
  for (const value of spreads) flag("--spread", value, "pass for example 0.3081").positive();
  return centers.map((each, column) => {
    const scaled = { center: flag("--center", each, "pass for example 0.1307").number(), spread: spreads[column] };
    return { kind: "number", column, ...scaled, clips: false, fill: each, marksMissing: false };
  });
}
