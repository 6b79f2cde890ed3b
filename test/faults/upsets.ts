/** Tests that a run of the command line survives disturbances from outside without a difference. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { randomStream } from "@scratch-nn/core/engine";
import { MAIN, train } from "../support/train-cli.ts";
import { atChange } from "./at-change.ts";
import type { Outcome } from "./deaths.ts";
import { ARGS, faultOf, KEPT } from "./whole-run.ts";

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const WORKER_DIES = { FAULT_KIND: "exit", FAULT_PLACE: "arriving" };
/** The most changes after the folder's first one. Where checkpoints are slow to write, there are not many. */
const MOST_CHANGES = 20;
/** How long a process is stopped; the endurance run stops for longer. */
export const STOP_MILLISECONDS = 300;

/** A run to be disturbed. */
interface Victim {
  readonly out: string;
  readonly folder: string;
  /** A random whole number from 0 to below the limit. */
  readonly below: (limit: number) => number;
  readonly stopMilliseconds: number;
  /** A further failure. */
  fault: string | undefined;
  happened: boolean;
}

/** A disturbance: through the environment, or by an action at a random moment. */
interface Upset {
  readonly env?: (victim: Victim) => Readonly<Record<string, string>>;
  readonly act?: (victim: Victim, child: ChildProcess) => Promise<void>;
}

const UPSETS = {
  /** No worker can be started, or none in place of one that died. */
  refused: {
    env: ({ below }) => ({ ...WORKER_DIES, UPSET: "refuse", UPSET_FROM: String(1 + below(2)) }),
  },
  /** The workers' file no longer exists when a worker is to be replaced. */
  gone: { env: () => ({ ...WORKER_DIES, UPSET: "gone", UPSET_FROM: "2" }) },
  /** A run reads the clock several times per step. */
  clock: { env: ({ below }) => ({ UPSET: "clock", UPSET_FROM: String(1 + below(2000)) }) },
  /** The whole process is stopped and continued. */
  stopped: {
    async act(victim, child) {
      victim.happened = child.kill("SIGSTOP");
      await sleep(victim.stopMilliseconds);
      child.kill("SIGCONT");
    },
  },
  /** The pipes of its output are closed. */
  unread: {
    async act(victim, child) {
      child.stdout!.destroy();
      child.stderr!.destroy();
      victim.happened = true;
    },
  },
  /** A second process tries to resume the run. */
  owned: {
    async act(victim, first) {
      // The run is stopped, since it could end before the second process has started.
      victim.happened = first.kill("SIGSTOP");
      const other = spawn(process.execPath, [MAIN, "train", "--resume", victim.out], { cwd: victim.folder });
      let said = "";
      other.stderr.on("data", (text) => {
        said += text;
      });
      other.stdout.resume();
      const [code] = await once(other, "close");
      first.kill("SIGCONT");
      if (victim.happened && !(code === 2 && said.includes(`process ${first.pid}`))) {
        victim.fault = `a second one ended with code ${code}: ${said}`;
      }
    },
  },
} satisfies Record<string, Upset>;

const NAMES = Object.keys(UPSETS) as (keyof typeof UPSETS)[];

/** Selects a random disturbance by the seed and the run. */
export interface UpsetOptions {
  readonly seed: number;
  readonly run: number;
  readonly folder: string;
  /** Default {@link STOP_MILLISECONDS}. */
  readonly stopMilliseconds?: number;
}

/** @returns whether the run ended with the right bits and all metrics; `missed` if it was over before */
export async function surviveUpset(options: UpsetOptions): Promise<Outcome> {
  const { seed, run, folder, stopMilliseconds = STOP_MILLISECONDS } = options;
  const stream = randomStream(seed, 2_000_000 + run);
  let draws = 0;
  const name = NAMES[run % NAMES.length];
  const upset: Upset = UPSETS[name];
  const out = `upset-${run}`;
  const victim: Victim = {
    out,
    folder,
    below: (limit) => stream.below(limit, draws++),
    stopMilliseconds,
    fault: undefined,
    happened: false,
  };
  mkdirSync(join(folder, out));
  const marks = join(folder, `${out}-marks`);
  mkdirSync(marks);
  const mark = join(marks, "happened");
  const changes = 1 + victim.below(MOST_CHANGES);
  const env = {
    FAULT_CALL: String(1 + victim.below(10)),
    FAULT_MARKS: marks,
    UPSET_MARK: mark,
    ...upset.env?.(victim),
  };
  let acting: Promise<void> | undefined;
  const finished = await train([...ARGS, ...KEPT, "--workers", "2", "--out", out, "--json"], {
    cwd: folder,
    env,
    nodeOptions: ["--import", file("injector.ts"), "--import", file("upset-injector.ts")],
    onStart(child) {
      if (upset.act === undefined) return;
      atChange(child, join(folder, out), changes, () => {
        acting = upset.act?.(victim, child);
      });
    },
  });
  await acting;
  if (finished.code !== 0) return { failure: `${name}: exit code ${finished.code}: ${finished.stderr}` };
  const fault = victim.fault ?? (await faultOf(out, folder));
  if (fault !== undefined) return { failure: `${name}: ${fault}` };
  return victim.happened || existsSync(mark) ? "survived" : "missed";
}
