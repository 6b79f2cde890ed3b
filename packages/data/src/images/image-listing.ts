/** Lists a directory, sorted into images, folders and other entries. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import { unreadable } from "../sources/files.ts";

/** Names, sorted by UTF-16 code units, so that the order does not depend on the file system. */
export interface Listing {
  readonly directory: string;
  readonly folders: readonly string[];
  readonly images: readonly string[];
  /** Images in formats that are not supported. */
  readonly foreign: readonly string[];
  /** Hidden files and folders, Thumbs.db and the like, pipes. */
  readonly others: readonly string[];
}

const IMAGE = /\.(png|jpe?g|jpe|jfif)$/i;
const FOREIGN = /\.(gif|bmp|webp|tiff?|avif|heic|heif|jp2|jxl|p[bgpn]m|ico|tga|svg)$/i;
/** Hidden entries, and those that archivers or file servers leave. */
const HIDDEN = /^(\.|__MACOSX$|@eaDir$|\$RECYCLE\.BIN$|System Volume Information$)/i;

/** @throws InputError if the directory cannot be read */
export async function listImages(directory: string): Promise<Listing> {
  const names = { folders: [] as string[], images: [] as string[], foreign: [] as string[], others: [] as string[] };
  const classify = async (name: string, entry: { isDirectory(): boolean; isFile(): boolean }): Promise<void> => {
    if (HIDDEN.test(name)) names.others.push(name);
    else if (entry.isDirectory()) names.folders.push(name);
    else if (!entry.isFile()) names.others.push(name);
    else if (IMAGE.test(name)) names.images.push(name);
    else if (FOREIGN.test(name)) names.foreign.push(name);
    else names.others.push(name);
  };
  let path = directory;
  try {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      path = join(directory, entry.name);
      await classify(entry.name, entry.isSymbolicLink() ? await stat(path) : entry);
    }
  } catch (cause) {
    throw unreadable(path, cause);
  }
  for (const list of Object.values(names)) list.sort();
  return { directory, ...names };
}

/** @throws InputError if there is an image in a format that is not supported */
export function requireReadable({ directory, foreign }: Listing): void {
  if (foreign.length === 0) return;
  throw new InputError({
    where: directory,
    expected: "PNG and JPEG images",
    found: `${foreign.length} of another format, such as ${excerpt(foreign[0])}`,
    remedy: "convert or delete them",
  });
}
