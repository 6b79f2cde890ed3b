/** The flags of validation during training: the part held back, and the use of its figures. */
import { type Examples, type FitOptions, InputError } from "@scratch-nn/core";
import { averageStart, BEST_BY_CHOICES, type Field, KEEP_CHOICES } from "@scratch-nn/core/engine";
import type { Command } from "commander";
import { decimalNumber, oneOf, wholeNumber } from "./flags.ts";
import { MOST } from "./limits.ts";

export interface ValidationFlags {
  /** Undefined for no validation. */
  readonly validationFraction?: number;
  readonly patience?: number;
  /** Settled flags with a validation have both. */
  readonly keep?: (typeof KEEP_CHOICES)[number];
  readonly bestBy?: (typeof BEST_BY_CHOICES)[number];
  readonly averageFrom?: number;
}

export const VALIDATION_NAMES = ["validationFraction", "patience", "keep", "bestBy", "averageFrom"] as const;

export function addValidationOptions(command: Command): Command {
  return command
    .option(
      "--validation-fraction <f>",
      "fraction of the training examples held out for validation after each epoch (default: none)",
      decimalNumber("--validation-fraction", FRACTION, isFraction, "0.1"),
    )
    .option(
      "--patience <n>",
      "early stopping: epochs without a better validation before the run stops (default: never)",
      wholeNumber("--patience", 1, MOST, "20"),
    )
    .option(
      "--keep <which>",
      "weights that the run saves: last, or best, those of the epoch with the best validation (default: best with --patience, else last)",
      oneOf("--keep", KEEP_CHOICES),
    )
    .option(
      "--best-by <figure>",
      "figure that decides which validation is better: loss, or score, the accuracy and for equal accuracy the loss (default: loss)",
      oneOf("--best-by", BEST_BY_CHOICES),
    )
    .option(
      "--average-from <f>",
      "save the mean of the weights of the last epochs, those after this fraction of the run: 0.75 for the last quarter (default: no mean)",
      decimalNumber("--average-from", PART, isPart, "0.75"),
    );
}

const FRACTION = "a number above 0 and below 1";
const PART = "a number from 0 to below 1";
const isFraction = (f: number): boolean => f > 0 && f < 1;
const isPart = (f: number): boolean => f >= 0 && f < 1;

/**
 * Sets all flags that are left open.
 * @throws InputError naming two flags that contradict each other, or a flag without effect unless another is set
 */
export function settleValidation<Given extends ValidationFlags>(given: Given): Given {
  const contradiction = contradictionIn(given);
  if (contradiction !== undefined) throw new InputError(contradiction);
  const { keep, bestBy, ...others } = given;
  const { validationFraction, patience } = given;
  if (validationFraction === undefined) return others as Given;
  return { ...others, keep: keep ?? (patience === undefined ? "last" : "best"), bestBy: bestBy ?? "loss" } as Given;
}

function contradictionIn({ validationFraction, patience, keep, bestBy, averageFrom }: ValidationFlags) {
  const given: readonly (readonly [flag: string, isGiven: boolean, found: string])[] = [
    ["--patience", patience !== undefined, String(patience)],
    ["--keep", keep === "best", "best"],
    ["--best-by", bestBy !== undefined, String(bestBy)],
  ];
  for (const [where, isGiven, found] of given) {
    if (!isGiven) continue;
    if (validationFraction === undefined) {
      const expected = "--validation-fraction with it: without a validation no epoch is better than another";
      return { where, expected, found: `${found} alone`, remedy: "pass --validation-fraction 0.1, or leave it out" };
    }
    if (averageFrom === undefined || where === "--best-by") continue;
    const why =
      where === "--keep"
        ? "a run ends with its best weights or with a mean"
        : "the mean is of the last part of a run, and early stopping moves its end";
    const expected = `nothing with --average-from: ${why}`;
    return {
      where,
      expected,
      found: `${found}, and --average-from ${averageFrom}`,
      remedy: "leave out one of the two",
    };
  }
  return undefined;
}

/** The options of `fit` for settled flags, or for a run's config. */
export function selectionOf(
  { patience, keep, bestBy, averageFrom }: ValidationFlags,
  validation: Examples | undefined,
): Pick<FitOptions, "validation" | "earlyStopping" | "keep" | "bestBy" | "averageFrom"> {
  return {
    ...(validation === undefined ? {} : { validation }),
    ...(patience === undefined ? {} : { earlyStopping: { patience } }),
    ...(keep === undefined ? {} : { keep }),
    ...(bestBy === undefined ? {} : { bestBy }),
    ...(averageFrom === undefined ? {} : { averageFrom }),
  };
}

/** Whether a run holds a second set of parameters after this number of epochs. */
export function keepsOthers(
  { keep, averageFrom, epochs }: ValidationFlags & { readonly epochs: number },
  done: number,
): boolean {
  if (keep === "best") return done > 0;
  return averageFrom !== undefined && done > averageStart(averageFrom, epochs);
}

/** Reads the validation from a run's config. @throws InputError naming a field that is not valid for a run */
export function readValidation(field: Field): ValidationFlags {
  const optional = <Value>(name: keyof ValidationFlags, read: (of: Field) => Value): { [key: string]: Value } => {
    const found = field.at(name);
    return found.value === undefined ? {} : { [name]: read(found) };
  };
  const validates = field.at("validationFraction").value !== undefined;
  if (validates) field.at("keep").oneOf(KEEP_CHOICES);
  if (validates) field.at("bestBy").oneOf(BEST_BY_CHOICES);
  const read: ValidationFlags = {
    ...optional("validationFraction", (of) => (isFraction(of.number()) ? of.number() : of.fail(FRACTION))),
    ...optional("patience", (of) => of.whole(1, MOST)),
    ...optional("keep", (of) => of.oneOf(KEEP_CHOICES)),
    ...optional("bestBy", (of) => of.oneOf(BEST_BY_CHOICES)),
    ...optional("averageFrom", (of) => (isPart(of.number()) ? of.number() : of.fail(PART))),
  };
  if (!validates && read.keep !== undefined) field.at("keep").fail("nothing, as there is no validation");
  const contradiction = contradictionIn(read);
  if (contradiction !== undefined) field.at(nameOf(contradiction.where)).fail(contradiction.expected);
  return read;
}

function nameOf(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
