/** The trainer: reads the data, trains and tests in a web worker, so that the page stays responsive. */
import { createNetwork, encodeModel, evaluate, type FitOptions, type Network, training } from "@scratch-nn/core";
import { inUnitsOf, parameterBytes, planTraining } from "@scratch-nn/core/engine";
import { partExamples } from "@scratch-nn/data/browser";
import { digitsDataset, type PageDataset } from "./digits-dataset.ts";
import { ProgressLog } from "./progress-log.ts";
import type { FromTrainer, Outcome, TableFile, ToTrainer } from "./protocol.ts";
import type { TrainSettings } from "./settings.ts";
import { type TeamWork, teamTraining } from "./team.ts";
import teamWorker from "./team-worker.ts?thread";

/** Milliseconds of work between two turns of the event loop, which receives the page's messages. */
const TURN = 12;
/** The largest number of classes for which the page shows a confusion matrix. */
const MOST_SHOWN = 20;

const tell = (message: FromTrainer): void => postMessage(message);
/** What the page has asked for. Its messages arrive between two turns. */
let wanted: "pause" | "epoch" | "end" = "end";
let resume = (): void => {};

const fail = (error: unknown): void =>
  tell({ kind: "failed", message: error instanceof Error ? error.message : String(error) });

addEventListener("message", ({ data }: MessageEvent<ToTrainer>) => {
  if (data.kind === "start") {
    run(data.settings, data.table).catch(fail);
    return;
  }
  wanted = data.kind === "pause" ? "pause" : data.until;
  if (wanted !== "pause") resume();
});

async function run(settings: TrainSettings, table: TableFile | undefined): Promise<void> {
  const threads = globalThis.crossOriginIsolated ? settings.workers : 1;
  const dataset = await read(settings, table, threads > 1);
  const { train, classes, task, preprocessing, label } = dataset;
  const { hidden, activation, seed, learningRate, optimizer, batchSize, epochs, shards } = settings;
  const output = task === undefined ? "softmax" : "identity";
  const layers = [dataset.inputs, ...hidden, task?.names.length ?? classes.length];
  const network = createNetwork({ layers, activation, output, seed });
  const examples = partExamples(dataset, train);
  const log = new ProgressLog(train.length, tell);
  const options: FitOptions = {
    epochs,
    batchSize,
    learningRate,
    optimizer: { name: optimizer },
    seed,
    ...(shards === undefined ? {} : { shards }),
    onEpoch: ({ epoch, loss, accuracy }) => log.note({ epoch, loss, accuracy }),
  };
  const plan = planTraining(network, examples, options);
  tell({
    kind: "ready",
    summary: {
      examples: train.length,
      tested: dataset.test.length,
      inputs: dataset.inputs,
      classes,
      label,
      parameters: network.parameters.length,
      layers: network.layers,
      shards: plan.shards,
      threads,
      remarks: dataset.remarks,
    },
  });
  const start = performance.now();
  await drive(
    threads > 1 ? teamTraining(network, examples, options, threads, beginThread) : training(network, examples, options),
    log,
  );
  const seconds = (performance.now() - start) / 1000;
  const model = encodeModel({ network, classes, task, preprocessing, label });
  const outcome = { ...(await outcomeOf(network, dataset)), trainLoss: log.loss, model, seconds };
  tell({ kind: "done", outcome });
}

async function read(settings: TrainSettings, table: TableFile | undefined, isShared: boolean): Promise<PageDataset> {
  const memory = (bytes: number) => (isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  const { seed, examples } = settings;
  if (table === undefined) {
    tell({ kind: "reading", what: `${examples.toLocaleString("en")} digits are being drawn` });
    return digitsDataset(seed, examples, memory);
  }
  tell({ kind: "reading", what: `${table.name} is being read` });
  // The code that reads tables is loaded only for a table.
  const { readTable } = await import("./tables/table-dataset.ts");
  return await readTable(table, settings);
}

/** Runs the training in turns, and receives the page's messages between them. */
async function drive(work: Generator<{ readonly examples: number }>, log: ProgressLog): Promise<void> {
  for (;;) {
    const turn = performance.now();
    const { finished } = log;
    const isOneMore = (): boolean => wanted === "epoch" && log.finished > finished;
    let next = work.next();
    while (!next.done && performance.now() - turn < TURN && !isOneMore()) next = work.next();
    log.tell(next.done ? 0 : next.value.examples, next.done === true);
    if (next.done) return;
    if (isOneMore()) wanted = "pause";
    await messages();
    if (wanted !== "pause") continue;
    log.tell(next.value.examples, true);
    tell({ kind: "paused" });
    await new Promise<void>((go) => {
      resume = go;
    });
    log.startAgain();
  }
}

const channel = new MessageChannel();

/** Lets the event loop deliver messages; a timer would take longer. */
function messages(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(undefined);
  });
}

function beginThread(work: TeamWork): void {
  const worker = new Worker(teamWorker, { type: "module" });
  worker.onerror = ({ message }) => fail(new Error(`a thread ended: ${message || "it could not be started"}`));
  worker.postMessage(work);
}

async function outcomeOf(
  network: Network,
  dataset: PageDataset,
): Promise<Pick<Outcome, "weightsSha256" | "testAccuracy" | "testErrors" | "confusion">> {
  const { test, task } = dataset;
  const { accuracy, confusion, errors } = test.length > 0 ? evaluate(network, partExamples(dataset, test)) : {};
  return {
    weightsSha256: await sha256(parameterBytes(network)),
    testAccuracy: accuracy,
    testErrors: errors && task && inUnitsOf(task.spread[0], errors[0]),
    confusion: confusion === undefined || confusion.classes > MOST_SHOWN ? [] : confusion.rows(),
  };
}

/** @returns undefined on a page from another machine without encryption, where browsers offer no crypto.subtle */
async function sha256(bytes: Uint8Array): Promise<string | undefined> {
  if (globalThis.crypto?.subtle === undefined) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
