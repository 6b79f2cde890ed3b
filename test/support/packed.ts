/** Packs packages as they would be published. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));

/** Runs a program to its end and returns its stdout. @throws Error with its stderr if it fails */
export function run(program: string, args: readonly string[], cwd: string): string {
  // The pinned Node comes first, as under pnpm, however the tests were started.
  const path = `${dirname(process.execPath)}:${process.env["PATH"]}`;
  return execFileSync(program, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: path },
  });
}

/** Runs the pnpm that runs the tests, or one that npx fetches. */
export function pnpm(args: readonly string[], cwd: string): string {
  const own = process.env["npm_execpath"];
  return own?.includes("pnpm") ? run(own, args, cwd) : run("npx", ["-y", "pnpm@12", ...args], cwd);
}

/** Packs packages that `built-packages.ts` has built. @returns the path of each tarball, by package name */
export function pack(names: readonly string[], into: string): Record<string, string> {
  for (const name of names) pnpm(["pack", "--pack-destination", into], join(REPOSITORY, "packages", name));
  const files = readdirSync(into);
  return Object.fromEntries(
    names.map((name) => [name, join(into, files.find((file) => file.startsWith(`scratch-nn-${name}-`))!)]),
  );
}
