/** Runs the command line in this process: a process of its own takes half a second to start. */
import { commandLine, exitCodeOf, explain } from "@scratch-nn/cli";
import { CommanderError } from "commander";
import type { Finished, Summary } from "./train-cli.ts";

interface Where {
  readonly cwd: string;
}

/** The working directory and the output belong to the process, so only one command runs at a time. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the command line with these arguments, the command's name first, to its end. The process's working directory is
 * `cwd` meanwhile; concurrent calls run one after another. `runCommand` is for tests of how a command starts, of its
 * standard input, and of signals.
 */
export async function runHere(args: readonly string[], { cwd }: Where): Promise<Finished> {
  const { code, stdout, stderr, refused } = await run(args, cwd);
  return { code, signal: null, stdout, stderr: stderr + refused };
}

function run(args: readonly string[], cwd: string): ReturnType<typeof runAlone> {
  const result = last.then(() => runAlone(args, cwd));
  last = result.catch(() => {});
  return result;
}

async function runAlone(args: readonly string[], cwd: string) {
  const home = process.cwd();
  const { exitCode } = process;
  // Without the earlier listeners, all listeners afterwards are the command's, even one that an earlier command also
  // added.
  const others = process.listeners("exit");
  process.removeAllListeners("exit");
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  let [code, told, refused] = [0, "", ""];
  process.chdir(cwd);
  process.exitCode = undefined;
  try {
    await commandLine((text) => {
      told += text;
    }).parseAsync([...args], { from: "user" });
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof CommanderError && error.exitCode === 0)) {
      refused = `${explain(error, `pnpm ${args[0]} --help`)}\n`;
      code = exitCodeOf(error);
    }
  } finally {
    // A run's folder is locked until its process exits.
    for (const atEnd of process.listeners("exit")) atEnd(code);
    process.removeAllListeners("exit");
    for (const other of others) process.on("exit", other);
    process.exitCode = exitCode;
    process.chdir(home);
    for (const { release } of [stdout, stderr]) release();
  }
  return { code, stdout: told + stdout.text(), stderr: stderr.text(), refused };
}

/** Runs `train` like {@link runHere}, without a report.html. */
export function trainHere(args: readonly string[], where: Where): Promise<Finished> {
  return runHere(["train", ...args, "--no-report"], where);
}

/** Trains quietly and returns the JSON object. @throws Error with stderr if it fails */
export async function trainJsonHere(args: readonly string[], where: Where): Promise<Summary> {
  const { code, stdout, stderr } = await trainHere([...args, "--json", "--quiet"], where);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as Summary;
}

export interface Refused {
  /** The exit code; 0 if nothing was refused. */
  readonly code: number;
  /** The message of the refusal. */
  readonly stderr: string;
}

/** Runs a command that is refused, and returns the refusal alone, without the output before it. */
export async function refusal(args: readonly string[], { cwd }: Where): Promise<Refused> {
  const { code, refused } = await run(args, cwd);
  return { code, stderr: refused };
}

/** Captures what is written to a stream of this process instead of writing it. */
function capture(stream: NodeJS.WriteStream) {
  const { write } = stream;
  const pieces: Buffer[] = [];
  stream.write = (piece: string | Uint8Array, ...rest: unknown[]): boolean => {
    pieces.push(Buffer.from(piece as string));
    const done = rest.at(-1);
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  return {
    text: (): string => Buffer.concat(pieces).toString(),
    release: (): void => {
      stream.write = write;
    },
  };
}
