/** Looks for images in a directory that holds tables as well. */
import { basename, join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { findParts, isPartName } from "./find-image-folder.ts";
import { type Listing, listImages } from "./image-listing.ts";

/** Images in a directory, in any format. */
export interface ImagesBeside {
  /** The names of the images in the directory itself. */
  readonly loose: readonly string[];
  /** The names of the folders that hold images. */
  readonly folders: readonly string[];
  /** Whether findImageFolder would take these folders for classes: two or more (cat, dog), or train/cat. */
  readonly areClasses: boolean;
}

/** Lists images and their folders. Folders that cannot be read count as folders without images. */
export async function imagesBeside(directory: string): Promise<ImagesBeside> {
  const [top] = await readable([listImages(directory)]);
  if (top === undefined) return { loose: [], folders: [], areClasses: false };
  const below = await readable(top.folders.map((name) => listImages(join(directory, name))));
  const parts = (await readable(below.map((listing) => findParts([listing])))).flat();
  const filled = below.filter(hasImages).map((listing) => basename(listing.directory));
  const areClasses = parts.length > 0 || (filled.length > 1 && !filled.every(isPartName));
  return { loose: [...top.images, ...top.foreign], folders: [...filled, ...parts.map(({ name }) => name)], areClasses };
}

const hasImages = ({ images, foreign }: Listing): boolean => images.length + foreign.length > 0;

/** Returns the results of what can be read. */
async function readable<T>(tries: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(tries);
  return results.flatMap((result) => {
    if (result.status === "fulfilled") return [result.value];
    if (result.reason instanceof InputError) return [];
    throw result.reason;
  });
}
