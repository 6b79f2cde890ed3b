import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { drawDigits, openDataset, openTable, parseBlocks } from "@scratch-nn/data";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { sha256 } from "../support/digest.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Terminates the first `count` threads that start, each after its first message. */
function killThreads(count: number): { readonly killed: () => number } {
  let killed = 0;
  const onWorker = (thread: Worker): void => {
    if (killed === count) return;
    killed++;
    thread.once("message", () => void thread.terminate());
  };
  process.on("worker", onWorker);
  onTestFinished(() => {
    process.off("worker", onWorker);
  });
  return { killed: () => killed };
}

function largeCsv(): string {
  const path = join(temporaryFolder(), "large.csv");
  writeFileSync(
    path,
    `label,a,b\n${Array.from({ length: 600_000 }, (_, r) => `${r % 3},${r % 256},${r % 100}`).join("\n")}\n`,
  );
  return path;
}

// With this limit, threads.js gives up on any thread that takes longer than a millisecond to start.
beforeAll(() => void vi.stubEnv("THREADS_WORKER_INIT_TIMEOUT", "1"));

describe("the pool of reading threads", () => {
  it("runs what a dead thread left on a new pool, to the same bytes", async () => {
    const path = largeCsv();
    const expected = sha256((await openDataset(path, { threads: 2 })).X);
    const victims = killThreads(1);
    expect(sha256((await openDataset(path, { threads: 2 })).X)).toBe(expected);
    expect(victims.killed()).toBe(1);
  });

  it("leaves the rest to the main thread when threads keep dying, and says so", async () => {
    const drawn = await drawDigits({ examples: 20_000 });
    const path = largeCsv();
    const read = await openDataset(path);
    const victims = killThreads(Number.POSITIVE_INFINITY);
    const [drawnAlone, readAlone] = [
      await drawDigits({ examples: 20_000, threads: 2 }),
      await openDataset(path, { threads: 2 }),
    ];
    expect([sha256(drawnAlone.X), sha256(readAlone.X)]).toEqual([sha256(drawn.X), sha256(read.X)]);
    for (const { remarks } of [drawnAlone, readAlone]) {
      expect(remarks).toContainEqual(expect.stringMatching(/^one thread did the work: a thread stopped/));
    }
    expect(victims.killed()).toBeGreaterThan(4);
  });

  it("leaves all to the main thread where the system gives no threads", async () => {
    const drawn = await drawDigits({ examples: 20_000 });
    const refuse = (thread: Worker): void => void thread.emit("error", new Error("EAGAIN"));
    process.on("worker", refuse);
    onTestFinished(() => void process.off("worker", refuse));
    const { X, remarks } = await drawDigits({ examples: 20_000, threads: 2 });
    expect(sha256(X)).toBe(sha256(drawn.X));
    expect(remarks).toEqual([expect.stringMatching(/^one thread did the work: a thread .*EAGAIN/)]);
  });

  it("ends its threads when what they do is no longer wanted", async () => {
    const ended: Promise<unknown>[] = [];
    const onWorker = (thread: Worker): void => void ended.push(once(thread, "exit"));
    process.on("worker", onWorker);
    onTestFinished(() => void process.off("worker", onWorker));
    const table = await openTable(largeCsv());
    for await (const parsed of parseBlocks(table, 2)) {
      expect(parsed).toHaveProperty("block");
      break;
    }
    await table.close();
    expect(ended).toHaveLength(2);
    await Promise.all(ended);
  });

  it("leaves the process's signal handlers as they were", async () => {
    const before = process.listeners("SIGINT").length;
    await drawDigits({ examples: 8000, threads: 2 });
    expect(process.listeners("SIGINT")).toHaveLength(before);
  });
});
