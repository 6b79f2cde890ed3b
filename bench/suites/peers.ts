/**
 * `pnpm bench peers`: compares the jobs here with NumPy, PyTorch, scikit-learn, TensorFlow.js and brain.js, in
 * alternate runs, on one and on two threads.
 */
import { fileURLToPath } from "node:url";
import { allocateFeatures, type Examples } from "@scratch-nn/core";
import { randomStream } from "@scratch-nn/core/engine";
import type { SuiteContext } from "../command/options.ts";
import type { Report } from "../figures/report.ts";
import { type Figure, figureOf, markdown, percent, rate } from "../figures/statistics.ts";
import { benchExamples, isOfDigits, type Job, speedOf } from "../jobs/jobs.ts";
import { findPackages, findPython, PeerFolder } from "../peers/install.ts";
import { Peer, type PeerChoice } from "../peers/peer.ts";

const THREADS = [1, 2];
/** The fraction of a job's examples in a quick run. */
const QUICK = 1 / 8;
const PYTHON_SCRIPT = fileURLToPath(new URL("../peers/peers.py", import.meta.url));
const JAVASCRIPT_SCRIPT = fileURLToPath(new URL("../peers/javascript.ts", import.meta.url));
/** Fixed versions, so that later figures are for the same libraries. */
const TENSORFLOW = "4.22.0";
const BRAIN = "1.6.1";

interface StartedPeers {
  readonly peers: readonly Peer[];
  /** A line for each peer that is not available. */
  readonly skipped: readonly string[];
}

async function startPeers(folder: PeerFolder, { output, installs }: SuiteContext): Promise<StartedPeers> {
  const python = process.env["SCRATCH_NN_PYTHON"] ?? "/usr/bin/python3";
  const mnist = process.env["SCRATCH_NN_MNIST"]!;
  const skipped: string[] = [];
  const peers: Peer[] = [];
  const start = async (choice: PeerChoice): Promise<void> => {
    const peer = await Peer.start(choice);
    if (peer !== undefined) peers.push(peer);
    else skipped.push(`${choice.name}, ${choice.threads} threads: skipped: it does not start`);
  };

  output.tell("looks for NumPy, PyTorch and scikit-learn");
  for (const [name, module, distribution] of PYTHON_PEERS) {
    const found = await findPython(
      folder,
      python,
      { module, distribution: distribution ?? module },
      installs && distribution !== undefined,
    );
    if (typeof found !== "string") {
      skipped.push(`${name}: skipped: ${found.missing}`);
      continue;
    }
    const command = [found, PYTHON_SCRIPT, module, mnist];
    for (const threads of THREADS) {
      await start({ name, threads, command });
      if (module !== "numpy") continue;
      // By default, malloc returns the memory of large results to the system, and each reuse costs page faults.
      const keeps = { MALLOC_TRIM_THRESHOLD_: "2000000000", MALLOC_MMAP_THRESHOLD_: "1000000000" };
      await start({ name: "NumPy, malloc keeps memory", threads, command, variables: keeps });
      // Debian's OpenBLAS does not recognise the newest processors; this selects AVX-512.
      const avx512 = { OPENBLAS_CORETYPE: "SkylakeX" };
      await start({ name: "NumPy, OPENBLAS_CORETYPE=SkylakeX", threads, command, variables: avx512 });
    }
  }
  for (const [name, library, packages] of JAVASCRIPT_PEERS) {
    output.tell(`looks for ${name}`);
    const found = await findPackages(folder, packages, installs);
    // Neither library has threads in Node.
    if (typeof found !== "string") skipped.push(`${name}: skipped: ${found.missing}`);
    else await start({ name, threads: 1, command: [process.execPath, JAVASCRIPT_SCRIPT, library, found] });
  }
  return { peers, skipped };
}

/** Name, module, and pip distribution; undefined if it is too large to install without being asked. */
const PYTHON_PEERS = [
  ["NumPy", "numpy", "numpy"],
  ["PyTorch", "torch", undefined],
  ["scikit-learn", "sklearn", "scikit-learn"],
] as const;

const JAVASCRIPT_PEERS = [
  ["TensorFlow.js, cpu", "tfjs-cpu", [`@tensorflow/tfjs@${TENSORFLOW}`]],
  [
    "TensorFlow.js, wasm",
    "tfjs-wasm",
    [`@tensorflow/tfjs-backend-wasm@${TENSORFLOW}`, `@tensorflow/tfjs@${TENSORFLOW}`],
  ],
  ["brain.js", "brain", [`brain.js@${BRAIN}`]],
] as const;

/** Our speed without zero pixels, which does not depend on the share of background in the images. */
const DENSE = "ours, no pixel zero";

interface Row {
  readonly job: string;
  readonly threads: number;
  readonly name: string;
  readonly speed: Figure;
  /** Our speed divided by theirs, over the rounds; 1 for ours. */
  readonly ratio: Figure;
}

export async function peersReport(context: SuiteContext): Promise<Report> {
  if (process.env["SCRATCH_NN_MNIST"] === undefined) {
    return { title: "peers", text: "skipped: SCRATCH_NN_MNIST names no folder of MNIST", rows: [], bars: [] };
  }
  const folder = await PeerFolder.open();
  let started: StartedPeers | undefined;
  try {
    started = await startPeers(folder, context);
    return await measurePeers(started, context);
  } finally {
    for (const peer of started?.peers ?? []) peer.end();
    await folder.remove();
  }
}

async function measurePeers({ peers, skipped }: StartedPeers, context: SuiteContext): Promise<Report> {
  const { rounds, output, signal } = context;
  const notes = [...skipped];
  const { examples } = await benchExamples();
  const dense = withoutZeros(examples);
  const rows: Row[] = [];
  for (const whole of context.jobs) {
    const job = context.isQuick ? { ...whole, examples: whole.examples * QUICK } : whole;
    if (!isOfDigits(job)) {
      notes.push(`${job.name}: skipped: the peers read digits of 784 pixels and ten classes`);
      continue;
    }
    const failed = new Set<Peer>();
    const speeds = new Map<string, number[]>();
    const note = (key: string, value: number): unknown => speeds.set(key, [...(speeds.get(key) ?? []), value]);
    for (let round = 0; round <= rounds && !(signal.aborted && round > 1); round++) {
      output.tell(`${job.name}: round ${round} of ${rounds}`);
      for (const threads of THREADS) {
        const ours = await ownSpeed(job, examples, threads);
        const oursDense = await ownSpeed(job, dense, threads);
        if (round > 0) note(`ours ${threads}`, ours);
        if (round > 0) note(`${DENSE} ${threads}`, oursDense);
        for (const peer of peers.filter((each) => each.threads === threads && !failed.has(each))) {
          const speed = await peer.speedOf(job);
          if (speed === undefined) {
            failed.add(peer);
            notes.push(`${peer.name}, ${threads} threads: left out of ${job.name}: it ended`);
          } else if (round > 0) note(`${peer.name} ${threads}`, speed);
        }
      }
    }
    for (const threads of THREADS) {
      const ours = speeds.get(`ours ${threads}`)!;
      const names = peers.filter((peer) => peer.threads === threads && !failed.has(peer)).map((peer) => peer.name);
      for (const name of ["ours", DENSE, ...names]) {
        const theirs = speeds.get(`${name} ${threads}`)!;
        const ratio = figureOf(ours.map((speed, round) => speed / theirs[round]));
        rows.push({ job: job.name, threads, name, speed: figureOf(theirs), ratio });
      }
    }
  }
  const versions = [...new Set(peers.map((peer) => `${peer.name.split(",")[0]} ${peer.version}`))].join(", ");
  return {
    title: `peers: examples a second on MNIST, ${rounds} rounds in turns (${versions || "no peer is installed"})`,
    text: [
      markdown(
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
      ...notes,
    ].join("\n\n"),
    rows,
    bars: rows.map((row) => ({
      group: `${row.job}, ${row.threads} ${row.threads === 1 ? "thread" : "threads"}`,
      name: row.name,
      value: row.speed.median,
      spread: row.speed.spread,
    })),
  };
}

/** Replaces every zero pixel by noise. */
function withoutZeros(examples: Examples): Examples {
  const { length } = examples.X;
  const X = new Uint8Array(allocateFeatures(length), 0, length);
  const stream = randomStream(1, 2);
  X.set(examples.X);
  for (let i = 0; i < length; i++) if (X[i] === 0) X[i] = 1 + stream.below(255, i);
  return { ...examples, X };
}

/** Measures core alone for one thread, workers for more. */
function ownSpeed(job: Job, examples: Examples, threads: number): Promise<number> {
  return speedOf(job, examples, threads === 1 ? 0 : threads);
}
