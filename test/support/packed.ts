/** Packages as they would be published. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a program to its end and returns its stdout. @throws Error with its stderr when it fails */
export function run(program: string, args: readonly string[], cwd: string): string {
  // The pinned Node goes first, as under pnpm, whoever runs the tests.
  const path = `${dirname(process.execPath)}:${process.env["PATH"]}`;
  return execFileSync(program, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: path },
  });
}

/** Runs the pnpm that runs the tests, or fetches one. */
export function pnpm(args: readonly string[], cwd: string): string {
  const own = process.env["npm_execpath"];
  return own?.includes("pnpm") ? run(own, args, cwd) : run("npx", ["-y", "pnpm@12", ...args], cwd);
}

/** Packs packages, which are built (`built-packages.ts`). @returns the tarball of each, by name */
export function pack(names: readonly string[], into: string): Record<string, string> {
  for (const name of names) pnpm(["pack", "--pack-destination", into], join(REPOSITORY, "packages", name));
  const files = readdirSync(into);
  return Object.fromEntries(
    names.map((name) => [name, join(into, files.find((file) => file.startsWith(`scratch-nn-${name}-`))!)]),
  );
}
