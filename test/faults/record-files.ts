/**
 * Preloaded into a run: records what it does to files below the working directory, in order, and writes that as JSON to
 * FILE_LOG when the process exits. `power-cuts.ts` derives from it what a power cut can leave.
 */
import fs, { type MakeDirectoryOptions, type PathLike } from "node:fs";
import fsp from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { isMainThread } from "node:worker_threads";

/** Paths are relative to the working directory; bytes are in base64. */
export type FileOperation =
  | { readonly op: "mkdir" | "create" | "sync" | "syncFolder" | "remove"; readonly path: string }
  | { readonly op: "write"; readonly path: string; readonly bytes: string }
  | { readonly op: "rename" | "link"; readonly path: string; readonly to: string };

if (isMainThread && process.env["FILE_LOG"] !== undefined) record(process.env["FILE_LOG"]);

function record(logPath: string): void {
  const root = process.cwd();
  const log: FileOperation[] = [];
  const writeLog = fs.writeFileSync;
  process.on("exit", () => writeLog(logPath, JSON.stringify(log)));

  /** @returns undefined for paths elsewhere */
  const within = (path: unknown): string | undefined => {
    const found = relative(root, resolve(String(path)));
    return found.startsWith("..") || String(path).startsWith("/proc") ? undefined : found;
  };
  const note = (op: "mkdir" | "create" | "sync" | "syncFolder" | "remove", path: unknown): void => {
    const found = within(path);
    if (found !== undefined) log.push({ op, path: found });
  };
  const noteWrite = (path: unknown, content: string | Uint8Array): void => {
    const found = within(path);
    if (found !== undefined) log.push({ op: "write", path: found, bytes: Buffer.from(content).toString("base64") });
  };
  const noteMove = (op: "rename" | "link", from: unknown, to: unknown): void => {
    const [path, target] = [within(from), within(to)];
    if (path !== undefined && target !== undefined) log.push({ op, path, to: target });
  };
  /** The folders that `recursive` will create, outermost first. */
  const missing = (path: string): string[] =>
    fs.existsSync(path) ? [] : [...missing(dirname(resolve(path))), resolve(path)];

  const sync = { ...fs };
  fs.mkdirSync = ((path: string, options?: MakeDirectoryOptions) => {
    const made = options?.recursive ? missing(path) : [path];
    const result = sync.mkdirSync(path, options);
    for (const folder of made) note("mkdir", folder);
    return result;
  }) as typeof fs.mkdirSync;
  fs.writeFileSync = ((path: string, content: string, options?: object) => {
    const isNew = !fs.existsSync(path);
    sync.writeFileSync(path, content, options);
    if (isNew) note("create", path);
    noteWrite(path, content);
  }) as typeof fs.writeFileSync;
  fs.renameSync = (from: PathLike, to: PathLike) => {
    sync.renameSync(from, to);
    noteMove("rename", from, to);
  };
  fs.linkSync = (from: PathLike, to: PathLike) => {
    sync.linkSync(from, to);
    noteMove("link", from, to);
  };
  fs.rmSync = (path, options) => {
    const isThere = fs.existsSync(path);
    if (isThere && options?.recursive) throw new Error("removing a folder is not noted");
    sync.rmSync(path, options);
    if (isThere) note("remove", path);
  };
  const opened = new Map<number, string>();
  fs.openSync = (path, flags, mode) => {
    const file = sync.openSync(path, flags, mode);
    opened.set(file, String(path));
    return file;
  };
  fs.fsyncSync = (file) => note(fs.fstatSync(file).isDirectory() ? "syncFolder" : "sync", opened.get(file));

  // The functions work at once rather than in turns of the event loop, of which a training has few. So a run of a
  // second saves several checkpoints.
  const { open } = fsp;
  fsp.open = async (path, flags, mode) => {
    const file = await open(path, flags, mode);
    if (flags === "wx") note("create", path);
    const isFolder = sync.fstatSync(file.fd).isDirectory();
    return Object.assign(file, {
      async writeFile(content: Uint8Array) {
        sync.writeFileSync(file.fd, content);
        noteWrite(path, content);
      },
      // power-cuts.ts simulates when the content reaches the disk.
      sync: async () => note(isFolder ? "syncFolder" : "sync", path),
    });
  };
  fsp.readdir = (async (path: string, options?: object) => sync.readdirSync(path, options)) as typeof fsp.readdir;
  fsp.mkdir = (async (path: string) => fs.mkdirSync(path)) as typeof fsp.mkdir;
  fsp.rename = async (from, to) => fs.renameSync(from, to);
  fsp.rm = async (path, options) => fs.rmSync(path, options);
  syncBuiltinESMExports();
}
