/**
 * What a power cut can leave on a disk, after any of a run's file operations, as strictly as POSIX lets a file system
 * behave:
 *
 * - what was written to a file is there once the file was synced; until then none, half, or all of it, or zeros
 * - a name that was made, moved or removed is so once its folder was synced; until then each such change has reached
 *   the disk or has not, whatever became of those before it and of the file's content
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileOperation } from "./record-files.ts";

interface DiskFile {
  synced: Buffer;
  written: Buffer;
}

/** What a folder's names stand for. */
type Names = Map<string, DiskFile | DiskFolder>;

/** A change of a folder's names that has not been synced, or none of them were. */
type Change = (names: Names) => void;

interface DiskFolder {
  readonly synced: Names;
  readonly current: Names;
  changes: Change[];
}

/** A disk's content: files by path, undefined for a folder. */
export type DiskState = ReadonlyMap<string, Buffer | undefined>;

/** A disk as a process sees it, with what of it would survive. */
class Disk {
  readonly root = newFolder();

  /** @param state what lies on it for good */
  constructor(state: DiskState) {
    for (const [path, content] of state) {
      this.#name(path, content === undefined ? newFolder() : { synced: content, written: content });
      this.apply({ op: "syncFolder", path: dirname(path) });
    }
  }

  apply(operation: FileOperation): void {
    const { op, path } = operation;
    switch (op) {
      case "mkdir":
        this.#name(path, newFolder());
        break;
      case "create":
        this.#name(path, { synced: Buffer.alloc(0), written: Buffer.alloc(0) });
        break;
      case "write": {
        const file = this.#find(path) as DiskFile;
        file.written = Buffer.concat([file.written, Buffer.from(operation.bytes, "base64")]);
        break;
      }
      case "sync": {
        const file = this.#find(path) as DiskFile;
        file.synced = file.written;
        break;
      }
      case "syncFolder": {
        const folder = this.#find(path) as DiskFolder;
        for (const change of folder.changes) change(folder.synced);
        folder.changes = [];
        break;
      }
      case "remove":
        this.#change(path, (names) => names.delete(nameOf(path)));
        break;
      case "link":
        this.#name(operation.to, this.#find(path));
        break;
      case "rename": {
        if (dirname(path) !== dirname(operation.to)) throw new Error(`${path} is moved to another folder`);
        const file = this.#find(path);
        this.#change(path, (names) => {
          names.delete(nameOf(path));
          names.set(nameOf(operation.to), file);
        });
        break;
      }
    }
  }

  #find(path: string): DiskFile | DiskFolder {
    if (path === "" || path === ".") return this.root;
    const found = (this.#find(dirname(path)) as DiskFolder).current.get(nameOf(path));
    if (found === undefined) throw new Error(`the log has nothing at ${path}`);
    return found;
  }

  #name(path: string, what: DiskFile | DiskFolder): void {
    this.#change(path, (names) => names.set(nameOf(path), what));
  }

  #change(path: string, change: Change): void {
    const folder = this.#find(dirname(path)) as DiskFolder;
    change(folder.current);
    folder.changes.push(change);
  }
}

const newFolder = (): DiskFolder => ({ synced: new Map(), current: new Map(), changes: [] });
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** More changes than that in one folder are not combined each with each: all up to one, all but one, and one alone. */
const MOST_COMBINED = 6;

/** Which of so many changes have reached the disk: everything that can be. */
function* subsets(count: number): Generator<boolean[]> {
  const flags = (isThere: (i: number) => boolean): boolean[] => Array.from({ length: count }, (_, i) => isThere(i));
  if (count <= MOST_COMBINED) {
    for (let bits = 0; bits < 2 ** count; bits++) yield flags((i) => (bits & (1 << i)) !== 0);
    return;
  }
  yield flags(() => false);
  for (let k = 0; k < count; k++) {
    yield flags((i) => i <= k);
    yield flags((i) => i !== k);
    yield flags((i) => i === k);
  }
}

/** What a folder may hold after a power cut. */
function* namesAfter({ synced, changes }: DiskFolder): Generator<Names> {
  for (const there of subsets(changes.length)) {
    const names = new Map(synced);
    for (const [i, change] of changes.entries()) if (there[i]) change(names);
    yield names;
  }
}

function contentsAfter({ synced, written }: DiskFile): Buffer[] {
  const added = written.length - synced.length;
  if (added === 0) return [synced];
  const half = written.subarray(0, synced.length + Math.ceil(added / 2));
  return [synced, half, written, Buffer.concat([synced, Buffer.alloc(added)])];
}

/** All that a folder may hold, what lies in it included. */
function* statesOf(folder: DiskFolder, path: string): Generator<DiskState> {
  for (const names of namesAfter(folder)) {
    let states: DiskState[] = [new Map()];
    for (const [name, what] of names) {
      const at = path === "" ? name : `${path}/${name}`;
      const forms: DiskState[] =
        "changes" in what
          ? Array.from(statesOf(what, at), (inside) => new Map([[at, undefined], ...inside]))
          : contentsAfter(what).map((content) => new Map([[at, content]]));
      states = states.flatMap((state) => forms.map((form) => new Map([...state, ...form])));
    }
    yield* states;
  }
}

/** A state that a power cut can leave. */
export interface PowerCut {
  readonly state: DiskState;
  /** How many operations were done before it; the largest number that can leave that state. */
  readonly after: number;
}

/**
 * The states that a power cut can leave after any of the operations.
 * @param before what was on the disk before them, folders before what is in them
 * @param isTold whether states are told apart by what that file holds; by whether it is there they are in any case
 */
export function powerCuts(
  log: readonly FileOperation[],
  isTold: (path: string) => boolean,
  before: DiskState = new Map(),
): PowerCut[] {
  const disk = new Disk(before);
  const found = new Map<string, PowerCut>();
  for (let after = 0; after <= log.length; after++) {
    if (after > 0) disk.apply(log[after - 1]);
    for (const state of statesOf(disk.root, "")) found.set(digestOf(state, isTold), { state, after });
  }
  return [...found.values()];
}

function digestOf(state: DiskState, isTold: (path: string) => boolean): string {
  const hash = createHash("sha256");
  for (const path of [...state.keys()].sort()) {
    const content = isTold(path) ? state.get(path) : undefined;
    hash.update(`${path}\0${content?.length}\0`).update(content ?? "");
  }
  return hash.digest("hex");
}

/** Puts a state into a folder. */
export function restore(state: DiskState, into: string): void {
  for (const [path, content] of state) {
    if (content === undefined) mkdirSync(join(into, path));
    else writeFileSync(join(into, path), content);
  }
}
