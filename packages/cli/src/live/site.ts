/** Locates the built page, and builds it on a fresh clone. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { makeFolder } from "@scratch-nn/data";
import { FailureError } from "../output/exit.ts";
import { remark } from "../output/report.ts";

const { resolve } = createRequire(import.meta.url);

/** The sources of the page, relative to its package's folder. */
const SOURCES = [
  "index.html",
  "vite.config.ts",
  "package.json",
  "src",
  "model",
  "../core/src",
  "../data/src",
  "../server/src/protocol",
];

/**
 * The folder of the built page. In this repository it is built where it is missing or older than its sources, which
 * takes some seconds; a published package contains it.
 * @throws FailureError when it cannot be built
 */
export async function pageSite(): Promise<string> {
  const web = dirname(resolve("@scratch-nn/web/package.json"));
  const site = join(web, "dist/site");
  const built = changedAt(join(site, "index.html"));
  const isPublished = !existsSync(join(web, "vite.config.ts"));
  if (isPublished || SOURCES.every((name) => changedAt(join(web, name)) <= built)) {
    if (built > 0) return site;
    throw new FailureError(`the page is not in ${web}: install @scratch-nn/web again`);
  }
  process.stderr.write(`${remark("building the page, once")}\n`);
  await build(web, site);
  return site;
}

/** The newest modification time within a path; 0 where the path does not exist. */
function changedAt(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, changedAt(join(path, name))), 0);
}

/** Builds in a temporary folder beside the target, so that concurrent builds each put a whole page there. */
async function build(web: string, site: string): Promise<void> {
  const vite = join(dirname(createRequire(join(web, "package.json")).resolve("vite/package.json")), "bin/vite.js");
  makeFolder(dirname(site));
  const draft = mkdtempSync(join(dirname(site), "draft-"));
  try {
    const args = [vite, "build", "--outDir", join(draft, "site"), "--emptyOutDir", "--logLevel", "error"];
    const child = spawn(process.execPath, args, { cwd: web, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (text: Buffer) => {
      said += text.toString();
    });
    const code = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
    if (code !== 0)
      throw new FailureError(`the page could not be built (pnpm --filter @scratch-nn/web build): ${said.trim()}`);
    putInPlace(join(draft, "site"), site, join(draft, "before"));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function putInPlace(built: string, site: string, aside: string): void {
  const isThere = existsSync(site);
  try {
    if (isThere) renameSync(site, aside);
    renameSync(built, site);
  } catch (error) {
    // Another process finished first; its page is equivalent.
    if (!existsSync(join(site, "index.html"))) throw error;
  }
}
