/** The frames of a step: the state of the picture in each, and a text that describes it. */
import { runStart, type StepPlan, type Task } from "@scratch-nn/core/engine";
import type { TreeNode } from "./numbers.ts";
import { LAYERS, type StepSettings } from "./settings.ts";
import type { Schedule, Turn } from "./timing.ts";

export type Phase = "batch" | "shards" | "tasks" | "gradients" | "tree" | "update" | "done";

export interface Frame {
  readonly phase: Phase;
  readonly title: string;
  readonly words: string;
  /** The position of the workers' clock, in the time of the turns. */
  readonly time: number;
  /** Sums up to this level of the tree are shown, besides those of finished tasks. */
  readonly level: number;
}

/** A worker's name in the view. Main counts as worker 0. */
export function workerName(worker: number): string {
  return worker === 0 ? "main" : `worker ${worker}`;
}

/** Makes all frames of a step, in their order. */
export function framesOf(
  { m, shards, workers }: StepSettings,
  plan: StepPlan,
  schedule: Schedule,
  nodes: readonly TreeNode[],
): Frame[] {
  const { tasks, threads, slices } = plan;
  const end = Math.max(...schedule.turns.map(({ to }) => to));
  const still = { time: 0, level: -1 };
  const inTasks = Math.max(...tasks.map((task) => nodes.find(isOf(task))!.level));
  const top = nodes.at(-1)!.level;
  const few = Math.floor(m / shards);
  const each = few * shards === m ? `${few}` : `${few} or ${few + 1}`;
  const idle = threads < workers ? ` ${count(workers - threads, "worker")} would have nothing to do.` : "";
  return [
    {
      ...still,
      phase: "batch",
      title: `A batch of ${count(m, "column")}`,
      words: `Each column is an example. They are to be learnt from in one step of a ${LAYERS.join("-")} network.`,
    },
    {
      ...still,
      phase: "shards",
      title: `${count(shards, "shard")} of ${each} columns`,
      words: "The batch is cut by a rule that knows the batch alone, never who will compute.",
    },
    {
      ...still,
      phase: "tasks",
      title: `${count(tasks.length, "task")} for ${count(threads, "thread")}`,
      words: `A task is a whole branch of the tree: ${shardsOf(tasks[0])}, and so on. Each thread has a run of them.${idle}`,
    },
    ...gradientFrames(plan, schedule),
    ...Array.from({ length: top - inTasks }, (_, i): Frame => {
      const level = inTasks + 1 + i;
      return {
        phase: "tree",
        title: level === top ? "The sum of the whole batch" : "Neighbours are added",
        words:
          level === top
            ? "Always the same two halves. The root divided by m is the notes' dW and db."
            : "Along the tree, whoever was first: the all-reduce.",
        time: end,
        level,
      };
    }),
    {
      phase: "update",
      title: slices.length === 1 ? "main updates" : `${slices.length} slices are updated at once`,
      words:
        slices.length === 1
          ? "W := W − α dW, once, by one thread; there is little to do."
          : "Each slice is summed along the tree and updated by a thread of its own: W := W − α dW. A number is the same whoever does it.",
      time: end,
      level: top,
    },
    {
      phase: "done",
      title: "All see the new weights",
      words: "They lie in shared memory; nothing is sent. The next step may begin.",
      time: end,
      level: top,
    },
  ];
}

function gradientFrames({ tasks }: StepPlan, { turns, loss }: Schedule): Frame[] {
  const still = { phase: "gradients", level: -1 } as const;
  const first: Frame = {
    ...still,
    title: "Each takes a task",
    words: "Forward and backward over its columns, against the same weights: a partial dW and db.",
    time: 0,
  };
  if (loss === undefined) return [first, ...turnFrames(tasks, turns)];
  const before = turnFrames(tasks, loss.turns).filter(({ time }) => time < loss.at);
  return [
    first,
    ...before,
    {
      ...still,
      title: `${capital(workerName(loss.worker))} is lost`,
      words: "In the middle of a task. No weight has been touched: they are those of before the step.",
      time: loss.at,
    },
    {
      ...still,
      title: "The step is done again, by all",
      words:
        "Another thread is in its place. Others may take other tasks this time; the sums will be the same, bit by bit.",
      time: loss.again,
    },
    ...turnFrames(tasks, turns),
  ];
}

/** Makes one frame for each time at which a worker finishes a task. */
function turnFrames(tasks: readonly Task[], turns: readonly Turn[]): Frame[] {
  const times = [...new Set(turns.map(({ to }) => to))].toSorted((a, b) => a - b);
  return times.map((time): Frame => {
    const done = turns.filter(({ to }) => to === time);
    const next = turns.filter(({ from, worker }) => from === time && done.some((turn) => turn.worker === worker));
    const said = [
      ...done.map(({ worker, task }) => `${capital(workerName(worker))} is done with ${shardsOf(tasks[task])}.`),
      ...next.map(({ worker, task, owner }) =>
        owner === worker
          ? `It takes ${shardsOf(tasks[task])}.`
          : `Its own run is empty: it steals ${shardsOf(tasks[task])} from ${workerName(owner)}.`,
      ),
    ];
    const isStolen = next.some(({ worker, owner }) => owner !== worker);
    const left = turns.filter(({ to }) => to > time).length;
    const title = isStolen ? "Work stealing" : left === 0 ? "All partial sums are there" : "A partial sum is there";
    return { phase: "gradients", title, words: said.join(" "), time, level: -1 };
  });
}

function isOf({ first, end }: { readonly first: number; readonly end: number }) {
  return (node: TreeNode): boolean => node.first === first && node.end === end;
}

function shardsOf({ first, end }: { readonly first: number; readonly end: number }): string {
  return end - first === 1 ? `shard ${first + 1}` : `shards ${first + 1} to ${end}`;
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** The columns of a shard, [from, to). */
export function columnsOf({ m, shards }: Pick<StepSettings, "m" | "shards">, shard: number): readonly [number, number] {
  return [runStart(m, shards, shard), runStart(m, shards, shard + 1)];
}

/** The turn that computes a node's sum; undefined above the tasks, and if these turns do not contain its task. */
export function turnOf(node: TreeNode, { tasks }: StepPlan, turns: readonly Turn[]): Turn | undefined {
  const task = tasks.findIndex(({ first, end }) => first <= node.first && node.end <= end);
  return turns.find((turn) => turn.task === task);
}
