/** Finds images in one folder per class: dir/cat/1.png, or dir/train/cat/1.png and dir/test/cat/2.png. */
import { basename, join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { excerpt } from "@scratch-nn/core/engine";
import { type Listing, listImages, requireReadable } from "./image-listing.ts";

export interface ImageClass {
  /** The name of the folder. */
  readonly name: string;
  /** The paths, sorted by the UTF-16 code units of their names. */
  readonly files: readonly string[];
}

/** Images by class. `test` is undefined if there is no test part. */
export interface ImageFolder {
  /** The classes in order: numerically if all names are integers, else by UTF-16 code units. */
  readonly train: readonly ImageClass[];
  /** Some of the classes of `train`, in the same order. */
  readonly test: readonly ImageClass[] | undefined;
  /** Files that are not read, and decisions made. */
  readonly remarks: readonly string[];
}

/** Matches train, Training, seg_train, training_set and the like, and the same for test and validation. */
const partName = (words: string): RegExp =>
  new RegExp(`^(?:.*[-_. ])?(?:${words})(?:[-_. ]?(?:set|data|images|imgs))?$`, "i");
const TRAIN = partName("train|training");
/** In order of preference. */
const TEST = [partName("test|testing"), partName("val|valid|validation|dev")];

/** Whether a folder's name is that of a part: train, seg_test, validation and the like. */
export const isPartName = (name: string): boolean => [TRAIN, ...TEST].some((pattern) => pattern.test(name));

/**
 * Finds images in one folder per class.
 * @returns undefined if there are no images
 * @throws InputError if there are images whose class is not clear; so check for other kinds of data first
 */
export async function findImageFolder(directory: string): Promise<ImageFolder | undefined> {
  const top = await listImages(directory);
  const below = await Promise.all(top.folders.map((name) => listImages(join(directory, name))));
  const parts = await findParts(below);
  if (parts.length > 0) return fromParts(top, below, parts);
  const isFilled = below.some(({ images }) => images.length > 0);
  if (!isFilled) {
    if (top.images.length === 0) return undefined;
    throw noClasses(directory, `${top.images.length} images without a class, such as ${excerpt(top.images[0])}`);
  }
  const names = below.filter(({ images }) => images.length > 0).map((listing) => basename(listing.directory));
  if (names.every(isPartName)) {
    throw noClasses(join(directory, names[0]), "images without a class");
  }
  return { train: classesOf(below), test: undefined, remarks: remarksOf([top, ...below]) };
}

/** A folder such as `train`, whose folders are classes. */
interface Part {
  readonly name: string;
  readonly classes: readonly Listing[];
}

/**
 * Finds parts: folders with a part's name whose subfolders hold images. A folder that holds images itself is a class.
 */
export async function findParts(below: readonly Listing[]): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const outer of below) {
    const name = basename(outer.directory);
    if (!isPartName(name) || outer.images.length > 0) continue;
    // Some archives unpack to seg_train/seg_train.
    const isDoubled = outer.folders.length === 1 && outer.folders[0].toLowerCase() === name.toLowerCase();
    const inner = isDoubled ? await listImages(join(outer.directory, outer.folders[0])) : outer;
    const classes = await Promise.all(inner.folders.map((folder) => listImages(join(inner.directory, folder))));
    if (classes.some(({ images }) => images.length > 0)) parts.push({ name, classes });
  }
  return parts;
}

function fromParts(top: Listing, below: readonly Listing[], parts: readonly Part[]): ImageFolder {
  const trains = parts.filter(({ name }) => TRAIN.test(name));
  const tests = TEST.flatMap((pattern) => parts.filter(({ name }) => pattern.test(name) && !TRAIN.test(name)));
  if (trains.length !== 1) {
    throw new InputError({
      where: top.directory,
      expected: "one folder with images to train on, called train",
      found:
        trains.length === 0
          ? `none, but ${excerpt(tests[0].name)}`
          : `several: ${namesOf(trains.map(({ name }) => name))}`,
      remedy: "leave one, or rename it",
    });
  }
  const [train] = trains;
  const test = tests.at(0);
  const classes = classesOf(train.classes);
  const remarks = remarksOf([top, ...train.classes, ...(test?.classes ?? [])]);
  if (test !== undefined && !TEST[0].test(test.name)) remarks.push(`test set: the images in ${excerpt(test.name)}`);
  const used = new Set([train.name, test?.name]);
  const unused = below.map(({ directory }) => basename(directory)).filter((name) => !used.has(name));
  if (unused.length > 0) remarks.push(`not read: the folders ${namesOf(unused)}`);
  return { train: classes, test: test && testClasses(test, classes), remarks };
}

/** @throws InputError if a folder holds no image: its class could not be learned */
function classesOf(listings: readonly Listing[]): readonly ImageClass[] {
  for (const listing of listings) {
    requireReadable(listing);
    if (listing.images.length > 0) continue;
    throw new InputError({
      where: listing.directory,
      expected: "PNG or JPEG images in the folder of each class",
      found: listing.folders.length > 0 ? `folders: ${namesOf(listing.folders)}` : "none",
      remedy: "delete the folder or move it away, or put its images into it",
    });
  }
  return inOrder(listings.map(toClass));
}

/** @throws InputError if a class of the test part is not in the training part */
function testClasses(test: Part, classes: readonly ImageClass[]): readonly ImageClass[] {
  const filled = test.classes.filter(({ images }) => images.length > 0);
  for (const listing of test.classes) requireReadable(listing);
  const known = new Set(classes.map(({ name }) => name));
  const unseen = filled.find(({ directory }) => !known.has(basename(directory)));
  if (unseen === undefined) return inOrder(filled.map(toClass));
  throw new InputError({
    where: unseen.directory,
    expected: `a class seen in training: ${namesOf(classes.map(({ name }) => name))}`,
    found: excerpt(basename(unseen.directory)),
    remedy: "delete the folder, or rename it as in training",
  });
}

const toClass = ({ directory, images }: Listing): ImageClass => ({
  name: basename(directory),
  files: images.map((name) => join(directory, name)),
});

function inOrder(classes: readonly ImageClass[]): readonly ImageClass[] {
  const areNumbers = classes.every(({ name }) => /^\d{1,15}$/.test(name));
  const byName = (a: ImageClass, b: ImageClass): number => (a.name < b.name ? -1 : 1);
  return [...classes].sort((a, b) => (areNumbers && Number(a.name) - Number(b.name)) || byName(a, b));
}

/** Remarks on files and folders that are not read. */
function remarksOf([top, ...classes]: readonly Listing[]): string[] {
  const remarks: string[] = [];
  const others = classes.flatMap((listing) => listing.others);
  if (others.length > 0)
    remarks.push(`not read, for they are no images: ${others.length} (${namesOf([...new Set(others)])})`);
  const nested = classes.filter(({ folders, images }) => folders.length > 0 && images.length > 0);
  if (nested.length > 0) {
    const paths = nested.flatMap(({ directory, folders }) => folders.map((name) => join(basename(directory), name)));
    remarks.push(`not read: folders inside those of classes (${namesOf(paths)})`);
  }
  if (top.images.length > 0) remarks.push(`not read: images beside the folders (${namesOf(top.images)})`);
  return remarks;
}

/** Formats the first five names, quoted. */
export function namesOf(names: readonly string[]): string {
  const shown = names
    .slice(0, 5)
    .map((name) => excerpt(name))
    .join(", ");
  return names.length <= 5 ? shown : `${shown}, ...`;
}

function noClasses(where: string, found: string): InputError {
  return new InputError({
    where,
    expected: "images in a folder a class (cat/1.png, dog/2.png; or train/cat/1.png, test/cat/3.png)",
    found,
    remedy: "put them into folders named after their classes",
  });
}
