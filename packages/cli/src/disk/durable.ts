/** Files that are there whole or not at all, whatever happens to the process or the machine. */
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PIECE_BYTES, piecesOf } from "./pieces.ts";

/** Twelve digits that nobody guesses: what has such a name is a draft of this program's, and nobody else's file. */
const DRAFT = /^(.+)\.[0-9a-f]{12}\.part$/;

/** What a file is going to hold; bytes may lie in several parts, one behind the other. */
export type Content = string | Uint8Array | readonly Uint8Array[];

/**
 * Writes a file under another name, waits until the disk has it, and renames it: the name stands for the old
 * content or the new one, never for something in between.
 * @throws what the file system says; what was there stays
 */
export async function writeDurably(path: string, content: Content, pieceBytes = PIECE_BYTES): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.part`;
  try {
    await withFile(draft, "wx", async (file) => {
      for (const part of partsOf(content)) {
        for (const piece of piecesOf(part, pieceBytes)) await file.writeFile(piece);
      }
      await file.sync();
    });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

function partsOf(content: Content): readonly Uint8Array[] {
  if (typeof content === "string") return [Buffer.from(content)];
  return content instanceof Uint8Array ? [content] : content;
}

/** The name of the file that a draft was going to be; undefined for what is no draft. */
export const draftedBy = (name: string): string | undefined => DRAFT.exec(name)?.[1];

/**
 * Removes what a process that was killed left unfinished.
 * @param isOwn which files are written there
 */
export async function removeUnfinished(folder: string, isOwn: (name: string) => boolean): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = draftedBy(entry.name);
    if (name !== undefined && isOwn(name) && entry.isFile()) await rm(join(folder, entry.name), { force: true });
  }
}

/**
 * Makes a folder and those around it that are missing, and waits until the disk has their names: what is in them would
 * be lost with them.
 * @returns the outermost that was made; undefined where it was there
 */
export function makeDurably(folder: string): string | undefined {
  const outermost = mkdirSync(folder, { recursive: true });
  if (outermost === undefined) return undefined;
  let path = resolve(folder);
  for (; path !== resolve(outermost) && path !== dirname(path); path = dirname(path)) syncNameOf(path);
  syncNameOf(path);
  return outermost;
}

/** Waits until the disk has the name of a folder, in the folder around it. */
export function syncNameOf(folder: string): void {
  let around: number | undefined;
  try {
    around = openSync(dirname(resolve(folder)), "r");
    fsyncSync(around);
  } catch (error) {
    rethrowUnlessUnable(error);
  } finally {
    if (around !== undefined) closeSync(around);
  }
}

/** A new name is on the disk only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  await withFile(folder, "r", (handle) => handle.sync()).catch(rethrowUnlessUnable);
}

/** What is said where folders cannot be synced (on Windows, on some network's disks), or not be read by this user. */
const UNABLE: ReadonlySet<string | undefined> = new Set(["EACCES", "EINVAL", "EISDIR", "ENOSYS", "ENOTSUP", "EPERM"]);

function rethrowUnlessUnable(error: unknown): void {
  if (!UNABLE.has((error as NodeJS.ErrnoException).code)) throw error;
}

type Handle = Awaited<ReturnType<typeof open>>;

async function withFile(path: string, flags: string, use: (file: Handle) => Promise<void>): Promise<void> {
  const file = await open(path, flags);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
