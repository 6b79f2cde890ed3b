/** A child process in which a peer trains: it reads a job a line, and answers with examples a second. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import type { Job } from "../jobs/jobs.ts";

export interface PeerChoice {
  readonly name: string;
  /** The command of the process: a program and its arguments. */
  readonly command: readonly string[];
  readonly threads: number;
  readonly variables?: Readonly<Record<string, string>>;
}

export class Peer {
  readonly name: string;
  readonly threads: number;
  /** The version that the library reports. */
  readonly version: string;
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(
    { name, threads }: PeerChoice,
    child: ChildProcess,
    answers: AsyncIterator<string>,
    version: string,
  ) {
    this.name = name;
    this.threads = threads;
    this.version = version;
    this.#process = child;
    this.#answers = answers;
  }

  /** Starts a peer. @returns undefined if it does not start, for example because the library is not installed */
  static async start(choice: PeerChoice): Promise<Peer | undefined> {
    const [program, ...args] = choice.command;
    const count = String(choice.threads);
    const child = spawn(program, args, {
      env: { ...process.env, OPENBLAS_NUM_THREADS: count, OMP_NUM_THREADS: count, ...choice.variables },
      stdio: ["pipe", "pipe", "ignore"],
    });
    // Writing to an ended process fails; the end of its answers is handled in speedOf.
    child.stdin!.on("error", () => {});
    const lines: Interface = createInterface({ input: child.stdout! });
    const answers = lines[Symbol.asyncIterator]();
    const failed = once(child, "error").then(() => undefined);
    const first = await Promise.race([answers.next(), failed]);
    if (first === undefined || first.done) return undefined;
    return new Peer(choice, child, answers, String(JSON.parse(first.value)));
  }

  /** Trains a job. @returns examples a second; undefined if the process has ended or cannot do the job */
  async speedOf({ layers, batchSize, examples }: Job): Promise<number | undefined> {
    this.#process.stdin!.write(`${JSON.stringify({ layers, batchSize: batchSize ?? null, examples })}\n`);
    const { value, done } = await this.#answers.next();
    const speed: unknown = done ? undefined : JSON.parse(value);
    return typeof speed === "number" ? speed : undefined;
  }

  end(): void {
    this.#process.kill();
  }
}
