import { type Dataset, findImageFolder, type ImageFolderOptions, readImageFolder } from "@scratch-nn/data";

/** Reads a folder of images; by default all of it is for training. */
export async function openImages(folder: string, options: ImageFolderOptions = { testFraction: 0 }): Promise<Dataset> {
  return readImageFolder(folder, (await findImageFolder(folder))!, options);
}
