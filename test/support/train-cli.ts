/** Runs the command line as a child process. */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

export const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

/**
 * For runs that do not test threads: main does all of the work. Starting threads takes as long as such a run. With one
 * core, two threads would wait for each other in every step.
 */
export const ALONE = ["--workers", "0"] as const;

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TrainOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  /** May continue while the process runs; {@link train} rethrows its errors. */
  readonly onStart?: (child: ChildProcess) => unknown;
  /** The content of standard input; nothing by default. */
  readonly input?: string | Uint8Array;
  /** Whether the run writes its report.html, which takes a tenth of a second. */
  readonly report?: boolean;
  /** Whether standard input stays open after `input`, like a pipe from a slow writer. */
  readonly inputStaysOpen?: boolean;
}

/** Runs `train` with these arguments to its end. */
export function train(args: readonly string[], options: TrainOptions): Promise<Finished> {
  return runCommand(["train", ...args, ...(options.report ? [] : ["--no-report"])], options);
}

/** Runs the command line with these arguments, the command's name first, to its end. */
export async function runCommand(args: readonly string[], options: TrainOptions): Promise<Finished> {
  const child = spawn(process.execPath, [...(options.nodeOptions ?? []), MAIN, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
  });
  // A process that ends early leaves the rest of its input unread.
  child.stdin.on("error", () => {});
  if (options.input !== undefined) child.stdin.write(options.input);
  if (!options.inputStaysOpen) child.stdin.end();
  const watching = options.onStart?.(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const [result] = await Promise.all([finished, watching]);
  return result;
}

/** The exit status as a shell reports it: 128 plus the signal's number for a process that a signal ended. */
export function statusOf({ code, signal }: Finished): number {
  return code ?? 128 + constants.signals[signal!];
}

/** The part of the output of `--json` that tests use. */
export interface Summary {
  readonly data: string;
  readonly examples: number;
  readonly layers: readonly number[];
  readonly epochs: number;
  readonly testAccuracy: number;
  readonly weightsSha256: string;
  readonly out: string;
}

/** Trains quietly and returns the JSON object. @throws Error with stderr if it fails */
export async function trainJson(args: readonly string[], options: TrainOptions): Promise<Summary> {
  const finished = await train([...args, "--json", "--quiet"], options);
  if (finished.code !== 0) throw new Error(`exit code ${finished.code}: ${finished.stderr}`);
  return JSON.parse(finished.stdout) as Summary;
}

/** Waits for a run to print its page's address. @throws Error with its stderr if it ends before */
export function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr!.on("data", (text: Buffer) => {
      said += text.toString();
      const [address] = /http:\S+(?=\n)/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once("exit", () => reject(new Error(said)));
  });
}
