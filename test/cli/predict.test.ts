import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tableOf } from "../support/tables.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, runCommand, train, trainJson } from "../support/train-cli.ts";

const NAMES = ["cat", "dog", "a, b"];
const pseudo = (r: number, k: number): number => Math.abs(Math.sin(12.9898 * r + 78.233 * k) * 43758.5453) % 1;

/** A mixed table: numbers, words, yes/no, dates, missing cells, an id, a constant, the label in the middle. */
function mixedRow(r: number): (string | number)[] {
  const k = r % 3;
  const date = new Date(Date.UTC(2020, 0, 1 + ((r * 13 + 200 * k) % 700))).toISOString().slice(0, 10);
  return [
    `c-${10_000 + r}`,
    r % 11 === 0 ? "" : (20 + 10 * k + 12 * pseudo(r, 1)).toFixed(2),
    ["red", "green", "blue", "black"][Math.floor(4 * pseudo(r, 2))],
    pseudo(r, 3) < 0.3 + 0.3 * k ? "yes" : "no",
    k === 2 ? `"${NAMES[k]}"` : NAMES[k],
    date,
    r % 17 === 5 ? "NA" : ["north", "south", "east"][(k + Math.floor(1.4 * pseudo(r, 4))) % 3],
    14.62,
    (1e8 + 100 * k + 150 * pseudo(r, 5)).toFixed(3),
  ];
}
const HEADER = "customer,age,colour,member,kind,since,region,version,stamp";
const ROWS = 300;
const table = tableOf(HEADER, ROWS, mixedRow);

/** The table, and a run that was trained on it. */
const trained = copiesOf(async (cwd) => {
  writeFileSync(join(cwd, "x.csv"), table);
  const job = ["--data", "x.csv", "--label", "kind", "--epochs", "60", "--out", "run", ...ALONE];
  await trainJson(job, { cwd });
});

describe("a mixed table", () => {
  it("trains with --data and --label alone, a line a column in the plan", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "x.csv"), table);
    const { code, stderr } = await train(["--data", "x.csv", "--label", "kind", "--out", "run"], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/columns +customer +identifier: a different word in nearly every row: left out/);
    expect(stderr).toMatch(/ age +number: .*; missing in \d+ rows/);
    expect(stderr).toMatch(/ colour +category: 4 levels/);
    expect(stderr).toMatch(/ member +yes\/no: no, yes/);
    expect(stderr).toMatch(/ since +date: year, month, day, 20/);
    expect(stderr).toMatch(/ region +category: 3 levels, missing \(\d+ rows\) is one more/);
    expect(stderr).toMatch(/ version +constant: 14\.62 in every row: left out/);
  });

  it("is predicted from its raw rows with evaluate's accuracy exactly", async () => {
    const cwd = await trained();
    const evaluated = await runCommand(["evaluate", "run", "--data", "x.csv", "--json"], { cwd });
    expect(evaluated.code).toBe(0);
    const figures = JSON.parse(evaluated.stdout);
    expect(figures).toMatchObject({
      examples: ROWS,
      unlabelled: 0,
      classes: [{ name: "a, b" }, { name: "cat" }, { name: "dog" }],
    });
    expect(figures.accuracy).toBeGreaterThan(0.8);

    const predicted = await runCommand(["predict", "run", "--data", "x.csv"], { cwd });
    expect([predicted.code, predicted.stderr]).toEqual([0, ""]);
    const lines = predicted.stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("prediction");
    expect(lines).toHaveLength(ROWS + 1);
    const right = lines.slice(1).filter((line, r) => line.replaceAll('"', "") === NAMES[r % 3]).length;
    expect(right / ROWS).toBe(figures.accuracy);
  });

  it("is predicted in any order of its columns, without the label, from standard input, on any number of threads", async () => {
    const cwd = await trained();
    const expected = await runCommand(["predict", "run", "--data", "x.csv", "--proba", "--id", "customer"], { cwd });
    const order = [8, 0, 2, 1, 6, 5, 3];
    const shuffled = tableOf(order.map((i) => HEADER.split(",")[i]).join(","), ROWS, (r) =>
      order.map((i) => mixedRow(r)[i]),
    );
    for (const workers of ["0", "3"]) {
      const args = ["predict", "run", "--data", "-", "--proba", "--id", "customer", "--workers", workers];
      const { code, stdout } = await runCommand(args, { cwd, input: shuffled });
      expect([code, stdout]).toEqual([0, expected.stdout]);
    }
    expect(expected.stdout).toMatch(
      /^customer,prediction,"probability_a, b",probability_cat,probability_dog\nc-10000,/,
    );
  });

  it("keeps an id as it stands, leading zeros and all", async () => {
    const cwd = await trained();
    const input = `${HEADER.replace("customer", "nr")}\n${["007", "1e5", "12345678901234567890", "NA", '"a, b"'].map((id, r) => [id, ...mixedRow(r).slice(1)].join(",")).join("\n")}\n`;
    const { stdout } = await runCommand(["predict", "run", "--data", "-", "--id", "nr"], { cwd, input });
    const ids = stdout.split("\n").map((line) => line.replace(/,[^,]*$|,"[^"]*"$/, ""));
    expect(ids.slice(0, 6)).toEqual(["nr", "007", "1e5", "12345678901234567890", "NA", '"a, b"']);
  });

  it("says which lines are no rows, also when quiet", async () => {
    const cwd = await trained();
    const input = `${HEADER}\n${mixedRow(0).join(",")}\n# the second day\n${mixedRow(1).join(",")}\n${HEADER}\n`;
    const { stdout, stderr } = await runCommand(["predict", "run", "--data", "-", "--quiet"], { cwd, input });
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
    expect(stderr).toBe("note: 2 lines are no row (a comment, or the header again): nothing is predicted for them\n");
  });

  it("as JSON lines or as a submission", async () => {
    const cwd = await trained();
    const run = async (...args: string[]) =>
      (await runCommand(["predict", "run", "--data", "x.csv", ...args], { cwd })).stdout;
    const objects = (await run("--format", "jsonl", "--proba", "--id", "customer")).trimEnd().split("\n");
    const first = JSON.parse(objects[0]);
    expect(first).toMatchObject({ customer: "c-10000", prediction: expect.any(String) });
    expect(Object.values<number>(first.probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(await run("--format", "kaggle", "--id", "customer")).toMatch(/^customer,kind\nc-10000,/);
    expect(await run("--format", "kaggle")).toMatch(/^ImageId,Label\n1,.*\n2,/);
  });

  it("handles new levels and missing values as trained, and takes no mean of the new file", async () => {
    const cwd = await trained();
    const one = async (cells: (string | number)[]): Promise<string> => {
      const { code, stdout, stderr } = await runCommand(["predict", "run", "--data", "-", "--proba"], {
        cwd,
        input: `${HEADER}\n${cells.join(",")}\n`,
      });
      expect(stderr).toBe("");
      expect(code).toBe(0);
      return stdout.trimEnd().split("\n")[1];
    };
    const all = (await runCommand(["predict", "run", "--data", "x.csv", "--proba"], { cwd })).stdout
      .trimEnd()
      .split("\n");
    // A single row, whose own mean would make all of it zeros.
    expect(await one(mixedRow(4))).toBe(all[5]);
    const strange = mixedRow(4);
    strange[2] = "never seen";
    strange[6] = "";
    expect(await one(strange)).not.toBe(all[5]);
  });
});

describe("evaluate", () => {
  it("gives loss, precision, recall, F1 and the confusion matrix; ROC AUC for two classes", async () => {
    const cwd = temporaryFolder();
    const two = tableOf("x,z,label", 200, (r) => [(r % 2) + pseudo(r, 1), pseudo(r, 2), r % 2 ? "yes" : "no"]);
    writeFileSync(join(cwd, "two.csv"), two);
    await trainJson(["--data", "two.csv", "--epochs", "50", "--out", "run", ...ALONE], { cwd });
    const { stdout, code } = await runCommand(["evaluate", "run", "--data", "two.csv"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/examples +200\nloss +\d\.\d{4}\naccuracy +\d+\.\d\d %\nmacro +precision/);
    expect(stdout).toMatch(/ROC AUC +(0\.9|1\.0)\d+/);
    expect(stdout).toMatch(/\nno +\d+\.\d\d % +\d+\.\d\d % +\d+\.\d\d % +100\n/);
  });

  it("gives the test accuracy that train printed, on the same images", async () => {
    const cwd = temporaryFolder();
    const { testAccuracy } = await trainJson(["--examples", "500", "--epochs", "30", "--out", "run", ...ALONE], {
      cwd,
    });
    const all = JSON.parse((await runCommand(["evaluate", "run", "--data", "digits", "--json"], { cwd })).stdout);
    expect(all.accuracy).toBeGreaterThan(testAccuracy - 0.3);
    expect(all.classes).toHaveLength(10);
  });

  it("leaves rows without a label out, and counts them", async () => {
    const cwd = await trained();
    const cells = mixedRow(1);
    cells[4] = "";
    const input = `${HEADER}\n${mixedRow(0).join(",")}\n${cells.join(",")}\n`;
    const { stdout } = await runCommand(["evaluate", "run", "--data", "-", "--json"], { cwd, input });
    expect(JSON.parse(stdout)).toMatchObject({ examples: 1, unlabelled: 1 });
  });
});

describe("predict and evaluate refuse with exit code 2, one message, no stack trace:", () => {
  const without = (column: string): string => {
    const names = HEADER.split(",");
    return tableOf(names.filter((name) => name !== column).join(","), 3, (r) =>
      mixedRow(r).filter((_, i) => names[i] !== column),
    );
  };
  const cases: readonly [what: string, args: readonly string[], input: string, message: RegExp][] = [
    [
      "no model",
      ["predict", "nowhere", "--data", "-"],
      table,
      /nowhere: expected the folder of a run .*found nothing there \(ENOENT\)/,
    ],
    ["a file that is no model", ["predict", "x.csv", "--data", "-"], table, /x\.csv: expected /],
    ["no data", ["predict", "run"], "", /required option '--data <source>' not specified/],
    [
      "a missing column",
      ["predict", "run", "--data", "-"],
      without("age"),
      /standard input: expected the columns .* found .*: there is no "age"/,
    ],
    [
      "no label to compare with",
      ["evaluate", "run", "--data", "-"],
      without("kind"),
      /standard input: expected a column with the label/,
    ],
    [
      "a word where numbers were trained on",
      ["predict", "run", "--data", "-"],
      `${HEADER}\n${mixedRow(1).join(",")}\n${mixedRow(2).with(1, "old").join(",")}\n`,
      /standard input:3, column "age": expected a number, or nothing, found "old"/,
    ],
    [
      "a class that the model has not",
      ["evaluate", "run", "--data", "-"],
      `${HEADER}\n${mixedRow(1).with(4, "cow").join(",")}\n`,
      /standard input:2:5: expected a class of the model \("a, b", "cat", "dog"\), found "cow"/,
    ],
    [
      "no such id",
      ["predict", "run", "--data", "-", "--id", "nr"],
      table,
      /--id: expected the name of a column .*found "nr"/,
    ],
    [
      "an unknown format",
      ["predict", "run", "--data", "-", "--format", "xml"],
      table,
      /--format: expected one of csv, jsonl, kaggle, found "xml"/,
    ],
    ["a ragged row", ["predict", "run", "--data", "-"], `${HEADER}\n1,2\n`, /standard input:2: expected 9 columns/],
  ];

  it.each(cases)("%s", async (_, args, input, message) => {
    const cwd = await trained();
    const { code, stderr } = await runCommand(args, { cwd, input });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.match(/error:/g)).toHaveLength(1);
    expect(code).toBe(2);
  });
});
