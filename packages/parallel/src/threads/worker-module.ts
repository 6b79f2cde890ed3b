/** Finds and starts the file that worker threads run, in this package or in a bundle. */
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { InputError } from "@scratch-nn/core";
import { describeValue } from "@scratch-nn/core/engine";
import type { ThreadOptions, WorkerThread } from "./options.ts";

/**
 * A worker's matrices lie in shared memory, so its heap is small. The limit makes a leak end the worker, not the
 * process.
 */
const HEAP_MEGABYTES = 256;

const REMEDY =
  "pass workerUrl, the file that was bundled from @scratch-nn/parallel/worker (README of @scratch-nn/parallel)";

/** Starts worker threads of one file. */
export interface WorkerModule {
  /** The file's name, for errors. */
  readonly name: string;
  /**
   * @throws InputError when the file cannot be started, or the caller's function returns no thread
   * @throws an error that {@link isNoRoom} recognises when there is no room for another thread
   */
  start(): Worker;
}

/** @throws InputError when `workerUrl` is not a URL, an absolute path or a function */
export function workerModule(workerUrl: ThreadOptions["workerUrl"]): WorkerModule {
  if (typeof workerUrl === "function") return { name: "what workerUrl() started", start: () => startedBy(workerUrl) };
  const given = workerUrl === undefined ? undefined : fileOf(workerUrl);
  return {
    get name() {
      return nameOf(given ?? ownFile());
    },
    start() {
      const file = given ?? ownFile();
      try {
        return new Worker(file, { ...execOptions(), resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES } });
      } catch (cause) {
        throw isNoRoom(cause) ? cause : cannotStart(nameOf(file), cause);
      }
    },
  };
}

/**
 * Threads inherit Node's flags. The flags of `node --input-type=module --eval ...` would keep them from loading a file.
 */
function execOptions(): { readonly execArgv?: string[] } {
  const flags = process.execArgv;
  if (!flags.some((flag) => flag.startsWith("--input-type"))) return {};
  const takesCode = (flag: string | undefined): boolean => /^(-e|-p|-pe|--eval|--print)$/.test(flag ?? "");
  return {
    execArgv: flags.filter(
      (flag, i) => !flag.startsWith("--input-type") && !takesCode(flag) && !takesCode(flags[i - 1]),
    ),
  };
}

function nameOf(file: URL | string): string {
  const path = typeof file !== "string" && file.protocol === "file:" ? fileURLToPath(file) : String(file);
  // A data URL contains a whole file.
  return path.length > 300 ? `${path.slice(0, 60)}...` : path;
}

/** The file is .ts under Node's type stripping and .js when published. A CommonJS bundle has no import.meta.url. */
function ownFile(): URL {
  const here: string | undefined = import.meta.url;
  if (here === undefined) throw cannotStart("a bundle, which does not know where it lies", undefined);
  return new URL(here.endsWith(".ts") ? "./shard-worker.ts" : "./shard-worker.js", here);
}

function fileOf(workerUrl: unknown): URL | string {
  const href = typeof workerUrl === "object" && workerUrl !== null && "href" in workerUrl ? workerUrl.href : workerUrl;
  // Node's Worker takes a URL as an object and a path as a string.
  const isUrl = typeof href === "string" && /^(file|data):/i.test(href);
  if (isUrl && URL.canParse(href)) return new URL(href);
  if (typeof href === "string" && !isUrl && isAbsolute(href)) return href;
  throw new InputError({
    where: "workerUrl",
    expected: "a URL, an absolute path, or a function that starts a Worker",
    found: describeValue(workerUrl),
    remedy: 'pass for example new URL("./worker.js", import.meta.url)',
  });
}

function startedBy(factory: () => WorkerThread): Worker {
  const thread: unknown = factory();
  const methods = ["postMessage", "once", "terminate"] as const;
  const isThread =
    typeof thread === "object" &&
    thread !== null &&
    methods.every((method) => typeof (thread as Record<string, unknown>)[method] === "function");
  if (!isThread) {
    throw new InputError({
      where: "workerUrl()",
      expected: "a Worker of node:worker_threads",
      found: describeValue(thread),
      remedy: "return new Worker(...)",
    });
  }
  return thread as Worker;
}

/** Node's error codes for a limit on threads or processes, or too little memory. */
const NO_ROOM: readonly unknown[] = ["ERR_WORKER_INIT_FAILED", "ERR_WORKER_OUT_OF_MEMORY"];

/** Whether an error says that Node had no room for a thread, whatever file the thread was to run. */
export function isNoRoom(error: unknown): error is Error {
  return error instanceof Error && "code" in error && NO_ROOM.includes(error.code);
}

/** The error for a module that never began: a retry would fail the same way. */
export function cannotStart(name: string, cause: unknown): InputError {
  const [reason] = String(cause instanceof Error ? `${cause.name}: ${cause.message}` : (cause ?? "")).split("\n");
  return new InputError(
    {
      where: "workerUrl",
      expected: "a module that starts a worker",
      found: reason === "" ? name : `${name} (${reason})`,
      remedy: REMEDY,
    },
    { cause },
  );
}
