import { planSweep, sweepCommand } from "@scratch-nn/cli";
import { InputError } from "@scratch-nn/core";
import { describe, expect, it } from "vitest";

function plan(...args: string[]) {
  const command = sweepCommand();
  command.parseOptions(args);
  return planSweep(command);
}

/** The values of one option in all runs. */
function valuesOf(name: "lr" | "hidden" | "batchSize" | "epochs" | "optimizer" | "momentum", ...args: string[]) {
  return plan(...args).candidates.map(({ options }) => options[name]);
}

describe("values of a sweep's flags", () => {
  it("are parted by |, all combinations of them in the flags' order, the last changing fastest", () => {
    const { search, candidates } = plan("--lr", "0.1|0.01", "--hidden", "32|64,32", "--epochs", "7");
    expect(search).toBe("grid");
    expect(candidates.map(({ run, settings }) => [run, settings])).toEqual([
      [1, { hidden: "32", lr: "0.1" }],
      [2, { hidden: "32", lr: "0.01" }],
      [3, { hidden: "64,32", lr: "0.1" }],
      [4, { hidden: "64,32", lr: "0.01" }],
    ]);
    expect(candidates[3].options).toMatchObject({ hidden: [64, 32], lr: 0.01, epochs: 7, batchSize: "full" });
  });

  it("of a range with a count lie evenly by factors from a factor of 10 on, else by differences", () => {
    expect(valuesOf("lr", "--lr", "1e-4..1e-1:4")).toEqual([0.0001, 0.001, 0.01, 0.1]);
    expect(valuesOf("lr", "--lr", "1e-3..1e-1:5")).toEqual([0.001, 0.003162, 0.01, 0.03162, 0.1]);
    expect(valuesOf("momentum", "--momentum", "0.5..0.9:3", "--optimizer", "momentum")).toEqual([0.5, 0.7, 0.9]);
    expect(valuesOf("hidden", "--hidden", "8..128:5")).toEqual([[8], [16], [32], [64], [128]]);
    expect(valuesOf("epochs", "--epochs", "1..4:7")).toEqual([1, 2, 3, 4]);
    expect(valuesOf("batchSize", "--batch-size", "full|16..64:3")).toEqual(["full", 16, 40, 64]);
    expect(valuesOf("hidden", "--hidden", "8|4..6:3,2")).toEqual([[8], [4, 2], [5, 2], [6, 2]]);
  });

  it("are drawn from ranges without a count, the same for the same seed, whole ones whole, no two alike", () => {
    const args = ["--lr", "1e-4..1e-1", "--hidden", "3..300,2", "--batch-size", "full|16..32", "--runs", "60"];
    const { search, candidates } = plan(...args);
    expect(search).toBe("random");
    expect(candidates).toHaveLength(60);
    for (const { options } of candidates) {
      expect(options.lr).toBeGreaterThanOrEqual(1e-4);
      expect(options.lr).toBeLessThanOrEqual(0.1);
      expect(options.hidden).toEqual([expect.toSatisfy((n) => Number.isInteger(n) && n >= 3 && n <= 300), 2]);
      expect(options.batchSize).toSatisfy((n) => n === "full" || (Number.isInteger(n) && n >= 16 && n <= 32));
    }
    // Values are drawn by factors: each of the three decades gets about a third.
    const decades = [1e-3, 1e-2, 1e-1].map((end) => candidates.filter(({ options }) => options.lr <= end).length);
    expect(decades[0]).toBeGreaterThan(8);
    expect(decades[1]).toBeGreaterThan(decades[0] + 8);
    expect(plan(...args).candidates).toEqual(candidates);
    expect(plan(...args, "--seed", "2").candidates.map(({ settings }) => settings)).not.toEqual(
      candidates.map(({ settings }) => settings),
    );
    expect(new Set(candidates.map(({ settings }) => JSON.stringify(settings))).size).toBe(60);
    // A plan of more runs begins with the same ones.
    const more = plan(...args.slice(0, -1), "70").candidates.slice(0, 60);
    expect(more.map(({ settings }) => settings)).toEqual(candidates.map(({ settings }) => settings));
  });

  it("of lists are drawn without repetition, all of them where more are asked for", () => {
    const { candidates, remarks } = plan("--lr", "0.1|0.2|0.3", "--hidden", "4|5", "--runs", "9");
    expect(new Set(candidates.map(({ settings }) => JSON.stringify(settings))).size).toBe(6);
    expect(remarks).toEqual(["6 runs, not 9: there are 6 combinations"]);
  });
});

describe("--search halving", () => {
  it("thins the runs out by thirds, the epochs growing by three to all of them", () => {
    const { rungs, candidates } = plan("--lr", "0.01..1", "--search", "halving", "--epochs", "81");
    expect(candidates).toHaveLength(27);
    expect(rungs).toEqual([{ epochs: 3, keep: 9 }, { epochs: 9, keep: 3 }, { epochs: 27, keep: 1 }, { epochs: 81 }]);
  });

  it("has as many rungs as runs and epochs allow", () => {
    const rungs = (epochs: string, lr: string) => plan("--lr", lr, "--search", "halving", "--epochs", epochs).rungs;
    expect(rungs("180", "0.1..0.4:4")).toEqual([{ epochs: 60, keep: 1 }, { epochs: 180 }]);
    expect(rungs("2", "0.1..0.4:4")).toEqual([{ epochs: 2 }]);
    expect(rungs("10", "0.01..1")).toEqual([{ epochs: 1, keep: 9 }, { epochs: 3, keep: 3 }, { epochs: 10 }]);
  });
});

describe("a sweep is refused with", () => {
  it.each<[string, string]>([
    ["--lr 0.1", "sweep: expected a flag of train with several values"],
    ["--lr 0.1|", '--lr: expected a finite number above 0 that fits a 32-bit float, found ""'],
    ["--lr 1..x", "--lr: expected values parted by |, or a range from..to or from..to:count"],
    ["--lr 3..1", "--lr: expected a range from the lesser to the greater number"],
    ["--lr 0..1", '--lr: expected a finite number above 0 that fits a 32-bit float, found "0"'],
    ["--lr 1..2:1", "--lr: expected 2 to 1000 values of a range"],
    ["--lr 1..2:1001", "--lr: expected 2 to 1000 values of a range"],
    ["--hidden 1.5..4", "--hidden: expected the units of each hidden layer"],
    ["--optimizer adma|momentum", "--optimizer: expected one of gradient-descent"],
    ["--optimizer 1..3", "--optimizer: expected one of gradient-descent"],
    ["--lr 1..2 --search grid", "--lr: expected values that can be counted, for --search grid"],
    ["--lr 1|2 --search grid --runs 3", "--runs: expected nothing with --search grid"],
    ["--epochs 1|2 --search halving", "--epochs: expected one number with --search halving"],
    ["--lr 0.1..0.2:1000 --hidden 1..100:100", "--search grid: expected at most 10000 combinations, found "],
    ["--optimizer adam|momentum --momentum 0.9", "found 0.9 in run 1 (momentum 0.9, optimizer adam)"],
    ["--patience 3|4 --average-from 0.5", "--patience: expected nothing with --average-from"],
  ])("%s", (args, said) => {
    const failure = (() => {
      try {
        plan(...args.split(" "));
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as InputError).message).toContain(said);
  });
});
