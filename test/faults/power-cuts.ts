/**
 * Simulates what a power cut can leave on a disk after any of a run's file operations. It allows all that POSIX allows
 * a file system:
 *
 * - What was written to a file persists once the file was synced. Until then the file may have none, half or all of it,
 *   or zeros.
 * - A created, moved or removed name persists once its folder was synced. Until then each such change may have reached
 *   the disk or not, independently of earlier changes and of the file's content.
 */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FileOperation } from "./record-files.ts";

interface DiskFile {
  synced: Buffer;
  written: Buffer;
}

/** The files and folders of a folder, by name. */
type Names = Map<string, DiskFile | DiskFolder>;

/** A change of a folder's names that has not been synced. */
type Change = (names: Names) => void;

interface DiskFolder {
  readonly synced: Names;
  readonly current: Names;
  changes: Change[];
}

/** The content of a disk: files by path, undefined for a folder. */
export type DiskState = ReadonlyMap<string, Buffer | undefined>;

/** A disk as a process sees it, together with the part that would survive. */
class Disk {
  readonly root = newFolder();

  /** @param state its persistent content */
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

/** Up to this many changes in one folder are combined freely; for more: all up to one, all but one, and one alone. */
const MOST_COMBINED = 6;

/** All possibilities for the changes that have reached the disk. */
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

/** All names that a folder may have after a power cut. */
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

/** All states of a folder and its content. */
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
  /** The number of operations before the cut; the largest that can leave this state. */
  readonly after: number;
}

/**
 * All states that a power cut can leave after any of the operations.
 * @param before the disk's content before the operations, folders before their content
 * @param isTold whether the content of a file distinguishes states; its existence always does
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

/** Writes a state into a folder. */
export function restore(state: DiskState, into: string): void {
  for (const [path, content] of state) {
    if (content === undefined) mkdirSync(join(into, path));
    else writeFileSync(join(into, path), content);
  }
}
