import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { refusal, trainHere } from "../support/here.ts";
import { tableOf, writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

const noise = (r: number): string => (Math.sin(r * 12.9898) * 3).toFixed(4);
const TABLE = tableOf("x,price,kind,up", 60, (r) => [
  noise(r),
  noise(r + 1),
  ["a", "b", "c"][r % 3],
  ["y", "n"][r % 2],
]);

describe("train refuses", () => {
  it.each<[readonly string[], RegExp]>([
    [["--label", "price", "--task", "rank"], /--task: expected one of classes, labels, quantity, found "rank"/],
    [
      ["--label", "kind", "--task", "quantity"],
      /table.csv:2:3: expected a finite number, a quantity, found "a" \(column "kind"\)/,
    ],
    [
      ["--label", "kind", "--clamp"],
      /--clamp: expected a quantity, .*found classes; leave it out, or pass --task quantity/,
    ],
    [["--label", "price", "--huber-delta", "2"], /--huber-delta: expected --loss huber beside it, found none/],
    [
      ["--label", "price", "--loss", "squared-error", "--huber-delta", "2"],
      /--huber-delta: .*found --loss squared-error/,
    ],
    [["--label", "price", "--loss", "huber", "--huber-delta", "0"], /--huber-delta: expected a finite number above 0/],
    [
      ["--label", "price", "--loss", "squared-error", "--label-smoothing", "0.1"],
      /--label-smoothing: expected --loss cross-entropy, found --loss squared-error; leave one of the two out/,
    ],
    [
      ["--label", "price", "--label-smoothing", "0.1"],
      /--label-smoothing: expected classes, and the label is a quantity, found 0.1/,
    ],
    [
      ["--label", "price", "--class-weights", "balanced"],
      /--class-weights: expected classes, and the label is a quantity, found balanced/,
    ],
    [
      ["--label", "price", "--loss", "cross-entropy"],
      /--loss: expected classes, and the label is a quantity, found cross-entropy/,
    ],
    [
      ["--label", "price", "--output", "sigmoid"],
      /--output: expected nothing, for a label that is no class, found sigmoid/,
    ],
    [
      ["--label", "kind", "--output", "sigmoid"],
      /--output: expected softmax, as there are more classes than two, found sigmoid/,
    ],
    [["--label", "kind", "--loss", "huber"], /--loss: expected cross-entropy, as the label is classes, found huber/],
    [
      ["--label", "kind", "--label-smoothing", "1"],
      /--label-smoothing: expected a number from 0 to below 1, found "1"/,
    ],
    [
      ["--label", "kind", "--class-weights", "a=2,d=1"],
      /--class-weights: expected classes of the data \("a", "b", "c"\), found "d"/,
    ],
    [["--label", "kind", "--class-weights", "a=2,a=1"], /--class-weights: expected each class once, found "a" twice/],
    [
      ["--label", "kind", "--class-weights", "a=-2"],
      /--class-weights: expected balanced, or weights from 0 as name=weight, found "-2"/,
    ],
    [["--label", "kind", "--class-weights", "heavy"], /--class-weights: expected balanced, or weights/],
    [["--label", "kind", "--class-weights", "=2"], /--class-weights: expected/],
    [
      ["--label", "kind", "--class-weights", "a=0,b=0,c=0"],
      /--class-weights: expected a class of a weight above 0, found none/,
    ],
    [["--label", "up,price"], /column "up": expected numbers, or yes or no, .*found words/],
    [["--label", "up,kind", "--task", "labels"], /table.csv:2:3: expected yes or no/],
    [
      ["--label", "up", "--task", "labels", "--class-weights", "balanced"],
      /--class-weights: expected one label of classes, found 1 of yes or no/,
    ],
  ])("%j", async (flags, message) => {
    const cwd = temporaryFolder();
    writeTable(TABLE, "table.csv", cwd);
    const { code, stderr } = await refusal(
      ["train", "--data", "table.csv", "--epochs", "2", "--out", "kept", ...flags, ...ALONE],
      { cwd },
    );
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(readdirSync(cwd)).toEqual(["table.csv"]);
  });
});

describe("with a model of a quantity", () => {
  it.each<[readonly string[], RegExp]>([
    [
      ["predict", "kept", "--data", "table.csv", "--proba"],
      /--proba: expected a model of classes or labels, .*found one of a quantity/,
    ],
    [
      ["evaluate", "kept", "--data", "words.csv"],
      /words.csv:3:2: expected a finite number, a quantity, found "dear" \(column "price"\); mend or delete that row, or check --label/,
    ],
    [
      ["evaluate", "kept", "--data", "marks.csv"],
      /marks.csv:2:2: expected a number without thousands separators, .*found "1,234" \(column "price"\)/,
    ],
    [["evaluate", "kept", "--data", "bare.csv"], /bare.csv: expected a column with the label/],
  ])("%j is refused", async (command, message) => {
    const cwd = temporaryFolder();
    writeTable(TABLE, "table.csv", cwd);
    writeTable("x,price\n1,2.5\n1,dear\n", "words.csv", cwd);
    writeTable("x\n1\n", "bare.csv", cwd);
    writeTable('x,price\n1,"1,234"\n2,"5,678"\n', "marks.csv", cwd);
    await trainHere(
      ["--data", "table.csv", "--label", "price", "--drop", "kind,up", "--epochs", "2", "--out", "kept", ...ALONE],
      { cwd },
    );
    const { code, stderr } = await refusal([...command, ...ALONE], { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
