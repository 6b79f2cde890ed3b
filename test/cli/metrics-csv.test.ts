import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { METRICS_HEAD, metricsLine, readMetrics, rowsToGoOn } from "@scratch-nn/cli";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trainJsonHere } from "../support/here.ts";
import { METRICS_PROPERTIES } from "../support/metrics-properties.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train } from "../support/train-cli.ts";
import { untilThere } from "../support/wait-for.ts";

describe("a line of metrics.csv", () => {
  it.each(METRICS_PROPERTIES)("$name", ({ property }) => {
    fc.assert(property(), { numRuns: 300 });
  });

  it.each([
    ["an epoch twice", `${metricsLine({ epoch: 1, loss: 1 })}`.repeat(2), 3],
    ["an epoch that is missing", metricsLine({ epoch: 2, loss: 1 }), 2],
    ["a number in other words", "1,0.50,,,,\n", 2],
    ["none of the loss", "1,,,,,\n", 2],
    ["infinity", "1,Infinity,,,,\n", 2],
    ["a cell too many", "1,1,,,,,\n", 2],
    ["other digits", "1,1,,,,0123456789ABCDEF\n", 2],
  ])("is refused with %s", (_, lines, wrongLine) => {
    expect(readMetrics(METRICS_HEAD + lines).wrongLine).toBe(wrongLine);
  });
});

describe("the lines of a run that goes on", () => {
  const reports = [1, 2, 3].map((epoch) => ({ epoch, loss: 1 / epoch }));
  const kept = [1, 2, 3, 4].map((epoch) => ({ epoch, loss: 1 / epoch, weights: `${epoch}`.repeat(16) }));

  it("are the checkpoint's, with the weights of the lines that say the same", () => {
    expect(rowsToGoOn(reports, kept)).toEqual(kept.slice(0, 3));
    expect(rowsToGoOn(reports, kept.slice(0, 1))).toEqual([kept[0], ...reports.slice(1)]);
    expect(rowsToGoOn(reports, [{ ...kept[0], loss: 2 }, kept[1]])).toEqual([reports[0], kept[1], reports[2]]);
  });
});

describe("metrics.csv of a run that is killed", () => {
  it("has whole lines, and after --resume those of a run that was never disturbed, whatever was left of it", async () => {
    const cwd = temporaryFolder();
    const job = ["--examples", "60", "--epochs", "900", "--hidden", "8", "--validation-fraction", "0.2", ...ALONE];
    const path = join(cwd, "kept/metrics.csv");
    await train([...job, "--checkpoint-every", "100", "--out", "kept"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/checkpoints"), /checkpoint$/);
        child.kill("SIGKILL");
      },
    });
    const left = readFileSync(path, "utf8");
    // A reader at this moment finds at least the lines of the checkpoint's epochs.
    expect(readMetrics(left)).toMatchObject({ wrongLine: undefined, isCut: false });
    expect(readMetrics(left).rows.length).toBeGreaterThanOrEqual(100);
    // A possible result of a power cut.
    writeFileSync(path, left.slice(0, -40));
    appendFileSync(path, "\n");
    await trainJsonHere(["--resume", "kept", "--quiet"], { cwd });
    await trainJsonHere([...job, "--out", "undisturbed"], { cwd });
    const [found, wanted] = ["kept", "undisturbed"].map((out) =>
      readMetrics(readFileSync(join(cwd, out, "metrics.csv"), "utf8")),
    );
    expect(wanted.rows).toHaveLength(900);
    expect(found.rows).toHaveLength(900);
    const lost = found.rows.flatMap(({ epoch, weights: known }) => (known === undefined ? [epoch] : []));
    expect(
      found.rows.map((each, e) => (lost.includes(e + 1) ? { ...each, weights: wanted.rows[e].weights } : each)),
    ).toEqual(wanted.rows);
    expect(lost.length).toBeLessThanOrEqual(1);
  });
});
