/** Finds the IDX files of a dataset by the file names of MNIST, EMNIST, Kaggle and torchvision, or from one of them. */
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "@scratch-nn/core";
import { inspectFile, kindOf, unreadable } from "../sources/files.ts";
import { readHead } from "./idx-data.ts";
import { isIdx } from "./idx-header.ts";

export interface IdxPaths {
  readonly images: string;
  readonly labels: string;
}

/** The paths of an IDX dataset. `test` is undefined if there is no test set. */
export interface IdxFiles {
  readonly train: IdxPaths;
  readonly test: IdxPaths | undefined;
  /** Decisions made between several matching names. */
  readonly remarks: readonly string[];
}

/**
 * The files with one prefix before `train` and `test`: "" for MNIST, "emnist-letters" for that split of EMNIST. Images
 * or labels of a part may be missing.
 */
export interface IdxGroup {
  readonly prefix: string;
  readonly train: Partial<IdxPaths>;
  readonly test: Partial<IdxPaths>;
}

/** The parts of a file name. */
interface IdxName {
  /** The prefix in its original case, without the separator at its end. */
  readonly prefix: string;
  readonly part: "train" | "test";
  readonly kind: "images" | "labels";
  readonly isGzip: boolean;
}

interface Candidate extends IdxName {
  readonly path: string;
  readonly isInFolder: boolean;
}

/** train-images-idx3-ubyte.gz, t10k-labels.idx1-ubyte, emnist-letters-test-images-idx3-ubyte, train-images.idx4 ... */
const NAME =
  /^(?:(.+)[-_.])?(train|t10k|test)[-_.]?(images|labels)(?=[-_.](?:idx|u?byte))(?:[-_.]idx\d*)?(?:[-_.](?:u?byte|short|int|float|double))?(\.gz)?$/i;

function parseName(name: string): IdxName | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, prefix = "", part, kind, gzip] = match;
  return {
    prefix,
    part: part.toLowerCase() === "train" ? "train" : "test",
    kind: kind.toLowerCase() as IdxName["kind"],
    isGzip: gzip !== undefined,
  };
}

/**
 * Finds the files of an IDX dataset.
 * @param path a directory; one file of the dataset; or a common prefix of the names of one of several datasets in a
 * directory (`dir/emnist-letters`)
 * @returns undefined if no file has a name of IDX files
 * @throws InputError if the choice is ambiguous, if images or labels are missing, or if there is only a test set
 */
export async function findIdxFiles(path: string): Promise<IdxFiles | undefined> {
  const found = await findIdxGroup(path);
  if (found === undefined) {
    await refuseNameless(path);
    return undefined;
  }
  const { group, directory, remarks } = found;
  const train = requirePair(directory, group.train, "train");
  const test = requirePair(directory, group.test, "test");
  if (train === undefined) {
    throw new InputError({
      where: directory,
      expected: "images and labels to train on (train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or .gz)",
      found: `only those to test on (${basename(test!.images)})`,
      remedy: "put the other files beside them",
    });
  }
  return { train, test, remarks };
}

/** Like findIdxFiles, but accepts incomplete parts. */
export async function findIdxGroup(
  path: string,
): Promise<{ readonly group: IdxGroup; readonly directory: string; readonly remarks: readonly string[] } | undefined> {
  const kind = await kindOf(path);
  if (kind === "directory") {
    const chosen = chooseGroup(path, groupsOf(await listCandidates(path)), undefined);
    return chosen && { ...chosen, directory: path };
  }
  const directory = dirname(path);
  if (kind === undefined && (await kindOf(directory)) !== "directory") return undefined;
  if (kind === "file") return findPartners(path, directory);
  const chosen = chooseGroup(directory, groupsOf(await listCandidates(directory)), basename(path));
  return chosen && { ...chosen, directory };
}

/** Finds the dataset of a file. The file itself takes precedence over other files for the same part. */
async function findPartners(path: string, directory: string): ReturnType<typeof findIdxGroup> {
  const name = parseName(basename(path));
  // Reading from a pipe would consume its data.
  if (name === undefined || !(await stat(path)).isFile()) return undefined;
  const own: Candidate = { ...name, path, isInFolder: false };
  const groups = groupsOf([own, ...(await listCandidates(directory))]);
  const group = groups.find(({ prefix }) => isSamePrefix(prefix, name.prefix))!;
  return { group, directory, remarks: [] };
}

/** @throws InputError if a file is IDX by its content, but its name does not tell which part it is */
async function refuseNameless(path: string): Promise<void> {
  if ((await kindOf(path)) !== "file" || !(await stat(path)).isFile()) return;
  if (!isIdx(await readHead(await inspectFile(path), 4))) return;
  throw new InputError({
    where: path,
    expected: "a name that says what is in it: train-images-idx3-ubyte, train-labels-idx1-ubyte, plain or .gz",
    found: "an IDX file of another name",
    remedy: "rename it, and put its partners beside it",
  });
}

/** Lists all files in a directory that have names of IDX files, in order of preference. */
async function listCandidates(directory: string): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const entry of await list(directory)) {
    const name = parseName(entry);
    if (name === undefined) continue;
    const path = join(directory, entry);
    if ((await kindOf(path)) === "file") {
      candidates.push({ ...name, path, isInFolder: false });
      continue;
    }
    // Kaggle's archives unpack to a folder with the name of the file, and the file inside.
    for (const inner of await list(path)) {
      const innerName = parseName(inner);
      if (innerName === undefined || innerName.part !== name.part || innerName.kind !== name.kind) continue;
      candidates.push({ ...name, isGzip: innerName.isGzip, path: join(path, inner), isInFolder: true });
    }
  }
  return candidates.sort((a, b) => Number(a.isInFolder) - Number(b.isInFolder) || Number(a.isGzip) - Number(b.isGzip));
}

async function list(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort();
  } catch (cause) {
    throw unreadable(directory, cause);
  }
}

/** Groups candidates by prefix. @param candidates in order of preference: the first one for a part is taken */
function groupsOf(candidates: readonly Candidate[]): readonly IdxGroup[] {
  const groups: { prefix: string; train: Partial<IdxPaths>; test: Partial<IdxPaths> }[] = [];
  for (const { prefix, part, kind, path } of candidates) {
    let group = groups.find((other) => isSamePrefix(other.prefix, prefix));
    if (group === undefined) {
      group = { prefix, train: {}, test: {} };
      groups.push(group);
    }
    if (group[part][kind] === undefined) group[part] = { ...group[part], [kind]: path };
  }
  return groups.sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
}

const isSamePrefix = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** @param wanted the start of a prefix; undefined for the only group, or the one without a prefix */
function chooseGroup(
  directory: string,
  groups: readonly IdxGroup[],
  wanted: string | undefined,
): { readonly group: IdxGroup; readonly remarks: readonly string[] } | undefined {
  const start = wanted?.toLowerCase().replace(/[-_.]$/, "");
  const matching = groups.filter(({ prefix }) => start === undefined || prefix.toLowerCase().startsWith(start));
  if (start === "" || matching.length === 0) return undefined;
  if (matching.length === 1) return { group: matching[0], remarks: [] };
  const exact = matching.find(({ prefix }) => prefix.toLowerCase() === (start ?? ""));
  const others = matching.filter((group) => group !== exact).map(({ prefix }) => prefix);
  if (exact !== undefined) {
    // A group without a prefix cannot be selected by name, so it is the default.
    if (start !== undefined) return { group: exact, remarks: [] };
    return { group: exact, remarks: [`beside it: ${others.join(", ")} (to take one: ${join(directory, others[0])})`] };
  }
  throw new InputError({
    where: join(directory, wanted ?? ""),
    expected: "the files of one dataset",
    found: `those of ${others.length}: ${others.join(", ")}`,
    remedy: `choose one by the beginning of its names: ${join(directory, others[0])}`,
  });
}

function requirePair(directory: string, paths: Partial<IdxPaths>, part: "train" | "test"): IdxPaths | undefined {
  const { images, labels } = paths;
  if (images === undefined && labels === undefined) return undefined;
  if (images !== undefined && labels !== undefined) return { images, labels };
  const name = part === "train" ? "train" : "t10k";
  throw new InputError({
    where: directory,
    expected: `both images and labels (${name}-images-idx3-ubyte and ${name}-labels-idx1-ubyte, plain or .gz)`,
    found: `only ${images ?? labels}`,
    remedy: "put the other one beside it",
  });
}
