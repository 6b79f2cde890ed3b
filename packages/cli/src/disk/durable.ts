/** Files that are there whole or not at all, whatever happens to the process or the machine. */
import { open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

const UNFINISHED = ".part";

/**
 * Writes a file under another name, waits until the disk has it, and renames it: the name stands for the old
 * content or the new one, never for something in between.
 * @throws what the file system says; what was there stays
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const draft = draftOf(path);
  try {
    // Whatever has that name is not written to: a process that was killed left it, or it is no file at all.
    await rm(draft, { force: true });
    await withFile(draft, "wx", async (file) => {
      await file.writeFile(content);
      await file.sync();
    });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** What a file is called until it is whole. */
export const draftOf = (path: string): string => `${path}${UNFINISHED}`;

/** Removes what a process that was killed left unfinished. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.endsWith(UNFINISHED) && !entry.isDirectory()) await rm(join(folder, entry.name), { force: true });
  }
}

/** A new name is on the disk only once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  // Windows has no such thing: there a folder cannot be opened.
  if (process.platform === "win32") return;
  await withFile(folder, "r", (handle) => handle.sync());
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
