/** Writes files atomically: after a crash of the process or the machine, a file is whole or absent. */
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { makeFolder } from "@scratch-nn/data";
import { PIECE_BYTES, piecesOf } from "./pieces.ts";

/** Twelve random hex digits mark a file as this program's draft; nobody else's file has such a name by chance. */
const DRAFT = /^(.+)\.[0-9a-f]{12}\.part$/;

/** The content of a file; several parts are written in order. */
export type Content = string | Uint8Array | readonly Uint8Array[];

/**
 * Writes a draft, waits until it is on disk, and renames it. The name refers to the old content or to the new one,
 * never to a mixture.
 * @throws the file system's error; the old content stays
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

/** The final name of a draft; undefined where the name is not a draft's. */
export const draftedBy = (name: string): string | undefined => DRAFT.exec(name)?.[1];

/**
 * Removes drafts that a killed process left behind.
 * @param isOwn whether a final name is one that the caller writes
 */
export async function removeUnfinished(folder: string, isOwn: (name: string) => boolean): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = draftedBy(entry.name);
    if (name !== undefined && isOwn(name) && entry.isFile()) await rm(join(folder, entry.name), { force: true });
  }
}

/**
 * Creates a folder and its missing parents, and waits until their names are on disk. A crash would otherwise lose their
 * content too.
 * @returns the outermost folder that was created; undefined where the folder existed
 */
export function makeDurably(folder: string): string | undefined {
  const outermost = makeFolder(folder);
  if (outermost === undefined) return undefined;
  let path = resolve(folder);
  for (; path !== resolve(outermost) && path !== dirname(path); path = dirname(path)) syncNameOf(path);
  syncNameOf(path);
  return outermost;
}

/** Waits until a folder's name is on disk, in its parent folder. */
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

/** A new name is on disk only once its folder has been synced. */
async function syncFolder(folder: string): Promise<void> {
  await withFile(folder, "r", (handle) => handle.sync()).catch(rethrowUnlessUnable);
}

/** Error codes where folders cannot be synced (Windows, some network file systems) or this user may not read them. */
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
