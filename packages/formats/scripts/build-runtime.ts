/**
 * Writes src/js/runtime-parts.ts, the code of exported modules, from src/js/runtime and core: `pnpm formats`. The code is
 * kept in parts, a statement each, with what each needs: a module has those that its model needs.
 */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PARTS = `${ROOT}src/js/runtime-parts.ts`;
const TARGET = "es2022";

/** A name in the source, and the short one that no variable within a function has. */
type Name = readonly [readable: string, short: string];

/** A statement at the top level. */
interface Statement {
  readonly names: readonly Name[];
  /** With short names. */
  code: string;
  /** Readable names that it uses, and how often. */
  readonly uses: Map<string, number>;
}

/** Bundles the runtime: statements, and the list of exports behind them. */
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
  // A statement begins where a line does, unless that closes the one before.
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

/** Puts a short number, or another variable of the same value, in place of a variable. */
function replace(statements: readonly Statement[], [readable, short]: Name, value: string | Name): void {
  for (const statement of statements) {
    const count = statement.uses.get(readable);
    // The short name may be a word of a text or a character of a pattern, too.
    if (count === undefined || statement.code.match(occurrences(short))?.length !== count) continue;
    statement.uses.delete(readable);
    const isNumber = typeof value === "string";
    statement.code = statement.code.replace(occurrences(short), () => (isNumber ? value : value[1]));
    if (!isNumber) statement.uses.set(value[0], (statement.uses.get(value[0]) ?? 0) + count);
  }
}

/** What a statement gives its one variable; undefined for others. */
const initialValue = ({ code }: Statement): string | undefined => /^var [\w$]+ = (.+);$/.exec(code)?.[1];

/** Puts short numbers where they are used, and one variable in place of several of the same value. */
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
      // As a script, so that names at the top level stay.
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

/** @returns what is exported, and by which name it is declared */
function namesIn(exports: string): [exported: string, local: string][] {
  const names = exports.replace(/^export \{|\};?$/g, "").split(",");
  return names.map((name) => {
    const [local, exported = local] = name.trim().split(" as ");
    return [exported, local];
  });
}

if (import.meta.main) await writeFile(PARTS, await generate());
