/** `pnpm bench peers`: the three jobs here and in NumPy and PyTorch, in turns, at one and at two threads. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { allocateFeatures, type Examples } from "@scratch-nn/core";
import { randomStream } from "@scratch-nn/core/engine";
import type { SuiteContext } from "../command/options.ts";
import type { Report } from "../figures/report.ts";
import { type Figure, figureOf, markdown, percent, rate } from "../figures/statistics.ts";
import { benchExamples, type Job, speedOf } from "../jobs/jobs.ts";

const THREADS = [1, 2];
const SCRIPT = fileURLToPath(new URL("peers.py", import.meta.url));

/** A Python process that trains when it is told to. */
class Peer {
  readonly name: string;
  readonly threads: number;
  version = "";
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(name: string, threads: number, child: ChildProcess, lines: Interface) {
    this.name = name;
    this.threads = threads;
    this.#process = child;
    this.#answers = lines[Symbol.asyncIterator]();
  }

  /** @returns undefined when the library is not installed */
  static async start(
    name: string,
    library: string,
    threads: number,
    variables: Record<string, string>,
  ): Promise<Peer | undefined> {
    const python = process.env["SCRATCH_NN_PYTHON"] ?? "/usr/bin/python3";
    const count = String(threads);
    const child = spawn(python, [SCRIPT, library, process.env["SCRATCH_NN_MNIST"]!], {
      env: { ...process.env, OPENBLAS_NUM_THREADS: count, OMP_NUM_THREADS: count, ...variables },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const failed = once(child, "error").then(() => undefined);
    const peer = new Peer(name, threads, child, createInterface({ input: child.stdout! }));
    const first = await Promise.race([peer.#answer(), failed]);
    if (first === undefined) return undefined;
    peer.version = String(first);
    return peer;
  }

  async speedOf(job: string, examples: number): Promise<number> {
    this.#process.stdin!.write(`${job} ${examples}\n`);
    return Number(await this.#answer());
  }

  end(): void {
    this.#process.kill();
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#answers.next();
    return done ? undefined : JSON.parse(value);
  }
}

async function startPeers(): Promise<Peer[]> {
  const started: Peer[] = [];
  for (const threads of THREADS) {
    const peers = [
      await Peer.start("NumPy", "numpy", threads, {}),
      // As installed, malloc gives the memory of large results back and gets it anew, page fault by page fault.
      await Peer.start("NumPy, malloc keeps memory", "numpy", threads, {
        MALLOC_TRIM_THRESHOLD_: "2000000000",
        MALLOC_MMAP_THRESHOLD_: "1000000000",
      }),
      // Debian's OpenBLAS does not know the newest processors; this makes it use AVX-512.
      await Peer.start("NumPy, OPENBLAS_CORETYPE=SkylakeX", "numpy", threads, { OPENBLAS_CORETYPE: "SkylakeX" }),
      await Peer.start("PyTorch", "torch", threads, {}),
    ];
    started.push(...peers.filter((peer) => peer !== undefined));
  }
  return started;
}

/** Ours where no pixel is zero: what does not depend on how much of a picture is background. */
const DENSE = "ours, no pixel zero";

interface Row {
  readonly job: string;
  readonly threads: number;
  readonly name: string;
  readonly speed: Figure;
  /** Ours through theirs, the median over the rounds; 1 for ours. */
  readonly ratio: Figure;
}

export async function peersReport({ jobs, rounds, output }: SuiteContext): Promise<Report> {
  if (process.env["SCRATCH_NN_MNIST"] === undefined) {
    return { title: "peers", text: "skipped: SCRATCH_NN_MNIST names no folder of MNIST", rows: [], bars: [] };
  }
  const { examples } = await benchExamples();
  const dense = withoutZeros(examples);
  const peers = await startPeers();
  const rows: Row[] = [];
  for (const job of jobs) {
    const speeds = new Map<string, number[]>();
    const note = (key: string, value: number): unknown => speeds.set(key, [...(speeds.get(key) ?? []), value]);
    for (let round = 0; round <= rounds; round++) {
      output.tell(`${job.name}: round ${round} of ${rounds}`);
      for (const threads of THREADS) {
        const ours = await ownSpeed(job, examples, threads);
        const oursDense = await ownSpeed(job, dense, threads);
        if (round > 0) note(`ours ${threads}`, ours);
        if (round > 0) note(`${DENSE} ${threads}`, oursDense);
        for (const peer of peers.filter((each) => each.threads === threads)) {
          const speed = await peer.speedOf(job.name, job.examples);
          if (round > 0) note(`${peer.name} ${threads}`, speed);
        }
      }
    }
    for (const threads of THREADS) {
      const ours = speeds.get(`ours ${threads}`)!;
      const names = peers.filter((peer) => peer.threads === threads).map((peer) => peer.name);
      for (const name of ["ours", DENSE, ...names]) {
        const theirs = speeds.get(`${name} ${threads}`)!;
        const ratio = figureOf(ours.map((speed, round) => speed / theirs[round]));
        rows.push({ job: job.name, threads, name, speed: figureOf(theirs), ratio });
      }
    }
  }
  const versions = [...new Set(peers.map((peer) => `${peer.name.split(",")[0]} ${peer.version}`))].join(", ");
  for (const peer of peers) peer.end();
  return {
    title: `peers: examples a second on MNIST, ${rounds} rounds in turns (${versions || "no peer is installed"})`,
    text: markdown(
      ["job", "threads", "", "examples/s", "spread", "ours / theirs", "spread"],
      rows.map((row) => [
        row.job,
        String(row.threads),
        row.name,
        rate(row.speed.median),
        percent(row.speed.spread),
        row.name === "ours" ? "" : row.ratio.median.toFixed(2),
        row.name === "ours" ? "" : percent(row.ratio.spread),
      ]),
    ),
    rows,
    bars: rows.map((row) => ({
      group: `${row.job}, ${row.threads} ${row.threads === 1 ? "thread" : "threads"}`,
      name: row.name,
      value: row.speed.median,
      spread: row.speed.spread,
    })),
  };
}

/** The same examples with noise for every pixel that is zero. */
function withoutZeros(examples: Examples): Examples {
  const { length } = examples.X;
  const X = new Uint8Array(allocateFeatures(length), 0, length);
  const stream = randomStream(1, 2);
  X.set(examples.X);
  for (let i = 0; i < length; i++) if (X[i] === 0) X[i] = 1 + stream.below(255, i);
  return { ...examples, X };
}

/** Core alone for one thread, workers for more. */
function ownSpeed(job: Job, examples: Examples, threads: number): Promise<number> {
  return speedOf(job, examples, threads === 1 ? 0 : threads);
}
