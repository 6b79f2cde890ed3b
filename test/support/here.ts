/** The command line in this process: a process of its own takes half a second to start. */
import { commandLine, exitCodeOf, explain } from "@scratch-nn/cli";
import { CommanderError } from "commander";
import type { Finished, Summary } from "./train-cli.ts";

interface Where {
  readonly cwd: string;
}

/** The folder, and what is printed, are the process's: one command at a time. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs these arguments, the command's name first, to their end in a folder, which this process is in meanwhile; those that
 * are asked for together, one after another. How a command starts, what it reads on standard input and what signals do to
 * it is for `runCommand`.
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
  // Without those of before, a listener that the command adds is its own, though an earlier command added it too.
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
    // A run's folder is locked until its process ends.
    for (const atEnd of process.listeners("exit")) atEnd(code);
    process.removeAllListeners("exit");
    for (const other of others) process.on("exit", other);
    process.exitCode = exitCode;
    process.chdir(home);
    for (const { release } of [stdout, stderr]) release();
  }
  return { code, stdout: told + stdout.text(), stderr: stderr.text(), refused };
}

/** Runs `train`, as {@link runHere}, without a report.html. */
export function trainHere(args: readonly string[], where: Where): Promise<Finished> {
  return runHere(["train", ...args, "--no-report"], where);
}

/** Trains quietly and returns the JSON object. @throws Error with stderr when it fails */
export async function trainJsonHere(args: readonly string[], where: Where): Promise<Summary> {
  const { code, stdout, stderr } = await trainHere([...args, "--json", "--quiet"], where);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as Summary;
}

export interface Refused {
  /** As the process would exit; 0 where nothing was refused. */
  readonly code: number;
  /** The message that it would print. */
  readonly stderr: string;
}

/** What of these arguments is refused: that alone, not what is said before. */
export async function refusal(args: readonly string[], { cwd }: Where): Promise<Refused> {
  const { code, refused } = await run(args, cwd);
  return { code, stderr: refused };
}

/** Keeps what is written to a stream of this process, and from it. */
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
