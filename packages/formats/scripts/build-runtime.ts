/**
 * Generates src/js/runtime-parts.ts, the code of exported modules, from src/js/runtime and core: `pnpm formats`. Each
 * part is one statement with the numbers of the parts that it needs. A module contains the parts that its model needs.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PARTS = `${ROOT}src/js/runtime-parts.ts`;
const TARGET = "es2022";

/** A name in the source, and its short name, which no variable within a function has. */
type Name = readonly [readable: string, short: string];

/** A top-level statement. */
interface Statement {
  readonly names: readonly Name[];
  /** The code with short names. */
  code: string;
  /** How often it uses each readable name. */
  readonly uses: Map<string, number>;
}

/** Bundles the runtime. @returns the statements, then the list of exports */
async function bundle(minifyIdentifiers: boolean): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [`${ROOT}src/js/runtime/index.ts`],
    bundle: true,
    minifyIdentifiers,
    format: "esm",
    platform: "neutral",
    target: TARGET,
    write: false,
  });
  const lines = outputFiles[0].text.split("\n").filter((line) => line !== "" && !line.startsWith("//"));
  // A statement begins at a line without indentation, unless the line closes the statement before.
  return lines.join("\n").split(/\n(?=[^\s})\]])/);
}

function declaredBy(statement: string): readonly string[] {
  const found = /^(?:var|function) ?(?:([\w$]+)|\[([^\]]+)\])/.exec(statement);
  if (found === null) throw new Error(`not a declaration: ${statement}`);
  return found[1] === undefined ? found[2].split(/,\s*/) : [found[1]];
}

const occurrences = (name: string) => new RegExp(`(?<![\\w$.])${name.replaceAll("$", "\\$")}(?![\\w$])`, "g");

function usesIn(readable: string, declared: ReadonlySet<string>): Map<string, number> {
  const uses = new Map<string, number>();
  for (const [name] of readable.matchAll(/(?<![\w$.])[\w$]+/g)) {
    if (declared.has(name)) uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return uses;
}

/** Replaces a variable by a short number or by another variable of the same value. */
function replace(statements: readonly Statement[], [readable, short]: Name, value: string | Name): void {
  for (const statement of statements) {
    const count = statement.uses.get(readable);
    // The short name may also occur in a string or a regular expression; then the variable stays.
    if (count === undefined || statement.code.match(occurrences(short))?.length !== count) continue;
    statement.uses.delete(readable);
    const isNumber = typeof value === "string";
    statement.code = statement.code.replace(occurrences(short), () => (isNumber ? value : value[1]));
    if (!isNumber) statement.uses.set(value[0], (statement.uses.get(value[0]) ?? 0) + count);
  }
}

/** The value that a statement gives its one variable; undefined for other statements. */
const initialValue = ({ code }: Statement): string | undefined => /^var [\w$]+ = (.+);$/.exec(code)?.[1];

/** Inlines short numbers, and merges variables of the same value. */
function inline(statements: readonly Statement[]): void {
  const first = new Map<string, Name>();
  for (const statement of statements) {
    const value = initialValue(statement);
    if (value === undefined) continue;
    const [name] = statement.names;
    const before = first.get(value);
    if (/^\d{1,5}$/.test(value)) replace(statements, name, value);
    else if (before !== undefined) replace(statements, name, before);
    else first.set(value, name);
  }
}

/** @returns the text of runtime-parts.ts */
export async function generate(): Promise<string> {
  const [readable, short] = [await bundle(false), await bundle(true)];
  const exports = namesIn(readable.pop()!);
  const shortOf = new Map(namesIn(short.pop()!));
  if (readable.length !== short.length) throw new Error("the two bundles have different statements");
  const declared = readable.map(declaredBy);
  const all = new Set(declared.flat());
  const statements = readable.map((text, i): Statement => {
    const shortNames = declaredBy(short[i]);
    const names = declared[i].map((name, k) => [name, shortNames[k]] as const);
    const uses = usesIn(text, all);
    for (const [own] of names) uses.delete(own);
    return { names, code: short[i], uses };
  });
  inline(statements);
  const declaring = new Map(declared.flatMap((names, part) => names.map((name) => [name, part] as const)));
  const parts = await Promise.all(
    statements.map(async ({ code: written, uses }) => {
      // Minified as a script, so that top-level names stay.
      const options = { minifySyntax: true, minifyWhitespace: true, charset: "utf8", target: TARGET } as const;
      const { code } = await transform(written, options);
      const needs = new Set(Array.from(uses.keys(), (name) => declaring.get(name)!));
      return [code.trim(), ...[...needs].sort((a, b) => a - b)];
    }),
  );
  const lines = [
    "// Generated from runtime/ and core by `pnpm formats`.",
    "",
    "/** Minified code of a statement, and the numbers of the parts that it needs. */",
    "export const PARTS: readonly (readonly [code: string, ...needs: number[]])[] = [",
    ...parts.map((part) => `  ${JSON.stringify(part)},`),
    "];",
    "",
    "/** What a module calls: its name in the code, and its part. */",
    "export const ENTRIES = {",
    ...exports.map(([name, local]) => `  ${name}: ["${shortOf.get(name)}", ${declaring.get(local)}],`),
    "} as const;",
    "",
  ];
  return lines.join("\n");
}

/** @returns each exported name with the name of its declaration */
function namesIn(exports: string): [exported: string, local: string][] {
  const names = exports.replace(/^export \{|\};?$/g, "").split(",");
  return names.map((name) => {
    const [local, exported = local] = name.trim().split(" as ");
    return [exported, local];
  });
}

if (import.meta.main) await writeFile(PARTS, await generate());
