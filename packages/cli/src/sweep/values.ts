/** Parses the values of a sweep's flag: alternatives separated by |, each a text that may contain ranges. */
import { exp, log } from "@scratch-nn/core/engine";
import type { Option } from "commander";
import { FlagError } from "../options/flags.ts";
import { alternativesOf, type JsonSchema, jsonFormOf } from "../options/json-form.ts";

/** The numbers of a range: `from..to`, or `from..to:count` for that many numbers. */
export interface Range {
  readonly from: number;
  readonly to: number;
  /** The number of evenly spaced values, both ends included; undefined for any number between the ends. */
  readonly count: number | undefined;
  readonly isWhole: boolean;
}

/** A value: its comma-separated parts, where the flag takes a list. */
export type Template = readonly (string | Range)[];

const NUMBER = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?";
const RANGE = new RegExp(`^(${NUMBER})\\.\\.(${NUMBER})(?::(\\d+))?$`, "i");
const MOST_POINTS = 1000;
/** The ratio of a range's ends from which values are spaced by factors, not by differences. */
const DECADE = 10;

/**
 * @param option an option of `train`, whose reader checks each value
 * @throws InputError naming the flag
 */
export function parseValues(option: Option, text: string): Template[] {
  return text.split("|").map((alternative) => {
    const parts = alternative.split(",").map((part) => partOf(option, part.trim(), text));
    // A range is valid if its ends are.
    for (const end of [0, 1])
      checkText(
        option,
        textAt(parts, (range) => (end === 0 ? range.from : range.to)),
      );
    return parts;
  });
}

function partOf(option: Option, part: string, text: string): string | Range {
  if (!part.includes("..")) return part;
  const [, first, last, points] = RANGE.exec(part) ?? [];
  const [from, to, count] = [first, last, points].map((number) => (number === undefined ? undefined : Number(number)));
  const example = `${text.includes(",") ? "32..256" : "0.001..0.1"}' or '0.01|0.1`;
  const refuse = (expected: string): never => {
    throw new FlagError(option.long!, expected, text, `'${example}'`);
  };
  if (from === undefined || to === undefined)
    return refuse("values parted by |, or a range from..to or from..to:count");
  if (!(from < to)) return refuse("a range from the lesser to the greater number");
  if (count !== undefined && (count < 2 || count > MOST_POINTS)) refuse(`2 to ${MOST_POINTS} values of a range`);
  return { from, to, count, isWhole: isWhole(option, [first, last]) };
}

/**
 * Whether values are whole numbers: the flag accepts only these, or both ends are whole where the flag does not say.
 */
function isWhole(option: Option, ends: readonly string[]): boolean {
  const form = jsonFormOf(option.parseArg);
  if (form === undefined) return ends.every((end) => /^\d+$/.test(end));
  const kinds = alternativesOf(form).flatMap(({ type, items }: JsonSchema) => [type, items?.type]);
  return !kinds.includes("number");
}

/** @throws InputError naming the flag */
export function checkText(option: Option, text: string): void {
  option.parseArg?.(text, undefined as never);
}

/** A template's text with a number for each of its ranges. */
export function textAt(template: Template, numberOf: (range: Range, place: number) => number): string {
  return template.map((part, i) => (typeof part === "string" ? part : String(numberOf(part, i)))).join(",");
}

/** Whether a range of the template has no count. */
export function isOpen(template: Template): boolean {
  return template.some((part) => typeof part !== "string" && part.count === undefined);
}

/** The distinct texts of a template whose ranges all have a count; the last range changes fastest. */
export function textsOf(template: Template): string[] {
  const choices = template.map((part) => (typeof part === "string" ? [part] : pointsOf(part).map(String)));
  const texts = choices.reduce<string[][]>(
    (all, each) => all.flatMap((one) => each.map((next) => [...one, next])),
    [[]],
  );
  return Array.from(new Set(texts.map((parts) => parts.join(","))));
}

function pointsOf(range: Range): number[] {
  const count = range.count!;
  return Array.from({ length: count }, (_, i) => numberAt(range, i / (count - 1)));
}

/**
 * The number at a place of a range, to four digits. Spaced by factors where both ends are above 0 and a factor of 10 or
 * more apart, otherwise by differences. Identical on every machine, since exp and log are our own.
 * @param place from 0 to 1
 */
export function numberAt({ from, to, isWhole: whole }: Range, place: number): number {
  if (place === 0 || place === 1) return place === 0 ? from : to;
  const exact = from > 0 && to / from >= DECADE ? byFactors(from, to, place) : from + place * (to - from);
  const near = whole ? Math.round(exact) : Number(exact.toPrecision(4));
  return Math.min(to, Math.max(from, near));
}

/**
 * Draws a number from a range. In a range of whole numbers, the ends are as likely as the numbers between them.
 * @param u uniform on [0, 1)
 */
export function drawnFrom(range: Range, u: number): number {
  const { from, to, isWhole: whole } = range;
  if (!whole) return numberAt(range, u);
  const isByFactors = from > 0 && to / from >= DECADE;
  const exact = isByFactors ? byFactors(from, to + 1, u) : from + u * (to + 1 - from);
  return Math.min(to, Math.max(from, Math.floor(exact)));
}

/** from^(1 - place) to^place */
function byFactors(from: number, to: number, place: number): number {
  const [low, high] = [log(Math.fround(from)), log(Math.fround(to))];
  return exp(Math.fround(low + place * (high - low)));
}
