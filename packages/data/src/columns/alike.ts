/** Finds names of classes or levels that are probably spellings of one name. */
import { excerpt, parseNumber } from "@scratch-nn/core/engine";
import { foldedOf, looksOf } from "./spelling.ts";
import { yesNoOf } from "./yes-no.ts";

/** Returns a remark for each group of classes that are probably one. */
export function describeAlike(classes: readonly string[]): string[] {
  const sayYesNo = classes.every((name) => yesNoOf(foldedOf(name)) !== undefined);
  // Numbers alone, such as -1, 0 and 1, are classes of their own.
  const keyOf = (name: string): string => (sayYesNo ? String(yesNoOf(foldedOf(name))) : foldedOf(name));
  return groupsBy(classes, keyOf).flatMap((group) => {
    if (countOf(group, (name) => name.toLowerCase()) === 1)
      return [`classes that differ in capitals only: ${list(group)}`];
    if (countOf(group, foldedOf) === 1) return [`classes that look alike: ${list(group)}`];
    if (group.every((name) => parseNumber(name) !== undefined)) return [];
    return [`classes that may mean the same: ${list(group)}`];
  });
}

/** Returns the first names that look the same, as a list; undefined if there are none. */
export function findLookalikes(names: readonly string[]): string | undefined {
  const [group] = groupsBy(names, looksOf);
  return group && list(group);
}

/** Groups names by a key. @returns the groups of two names or more */
function groupsBy(names: readonly string[], keyOf: (name: string) => string): string[][] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const key = keyOf(name);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [name]);
    else group.push(name);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

function countOf(names: readonly string[], keyOf: (name: string) => string): number {
  return new Set(names.map(keyOf)).size;
}

const MOST_SHOWN = 8;

/** Lists names with the characters that a screen does not show, or shows as part of another, as escapes. */
function list(names: readonly string[]): string {
  const shown = names
    .slice(0, MOST_SHOWN)
    .map((name) => excerpt(name).replace(/[\p{Cf}\p{Mn}]|(?! )\s/gu, (character) => escapeOf(character)));
  return `${shown.join(", ")}${names.length > MOST_SHOWN ? `, ... (${names.length} of them)` : ""}`;
}

function escapeOf(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
