import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runHere, trainHere, trainJsonHere } from "../support/here.ts";
import { HEADER, mixedRow, NAMES, pseudo, ROWS, table, trainedOnIt } from "../support/mixed-table.ts";
import { tableOf } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, runCommand } from "../support/train-cli.ts";

const trained = trainedOnIt();

// predict-refusals.long.test.ts tests the errors.
describe("a mixed table", () => {
  it("trains with --data and --label alone, a line a column in the plan", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "x.csv"), table);
    const { code, stderr } = await trainHere(
      ["--data", "x.csv", "--label", "kind", "--recipe", "notes", "--out", "run"],
      {
        cwd,
      },
    );
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
    const evaluated = await runHere(["evaluate", "run", "--data", "x.csv", "--json"], { cwd });
    expect(evaluated.code).toBe(0);
    const figures = JSON.parse(evaluated.stdout);
    expect(figures).toMatchObject({
      examples: ROWS,
      unlabelled: 0,
      classes: [{ name: "a, b" }, { name: "cat" }, { name: "dog" }],
    });
    expect(figures.accuracy).toBeGreaterThan(0.8);

    const predicted = await runHere(["predict", "run", "--data", "x.csv"], { cwd });
    expect([predicted.code, predicted.stderr]).toEqual([0, ""]);
    const lines = predicted.stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("prediction");
    expect(lines).toHaveLength(ROWS + 1);
    const right = lines.slice(1).filter((line, r) => line.replaceAll('"', "") === NAMES[r % 3]).length;
    expect(right / ROWS).toBe(figures.accuracy);
  });

  it("is predicted in any order of its columns, without the label, from standard input, on any number of threads", async () => {
    const cwd = await trained();
    const expected = await runHere(["predict", "run", "--data", "x.csv", "--proba", "--id", "customer"], { cwd });
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
      (await runHere(["predict", "run", "--data", "x.csv", ...args], { cwd })).stdout;
    const objects = (await run("--format", "jsonl", "--proba", "--id", "customer")).trimEnd().split("\n");
    const first = JSON.parse(objects[0]);
    expect(first).toMatchObject({ customer: "c-10000", prediction: expect.any(String) });
    expect(Object.values<number>(first.probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(await run("--format", "kaggle", "--id", "customer")).toMatch(/^customer,kind\nc-10000,/);
    expect(await run("--format", "kaggle")).toMatch(/^ImageId,Label\n1,.*\n2,/);
  });

  it("handles new levels and missing values as trained, and takes no mean of the new file", async () => {
    const cwd = await trained();
    const one = async (cells: (string | number)[], remark = ""): Promise<string> => {
      const { code, stdout, stderr } = await runCommand(["predict", "run", "--data", "-", "--proba"], {
        cwd,
        input: `${HEADER}\n${cells.join(",")}\n`,
      });
      expect(stderr).toBe(remark);
      expect(code).toBe(0);
      return stdout.trimEnd().split("\n")[1];
    };
    const all = (await runHere(["predict", "run", "--data", "x.csv", "--proba"], { cwd })).stdout.trimEnd().split("\n");
    // If a single row were standardised by its own mean, all of it would become zero.
    expect(await one(mixedRow(4))).toBe(all[5]);
    const strange = mixedRow(4);
    strange[2] = "never seen";
    strange[6] = "";
    const news =
      'note: column "colour": 1 row with values that training did not have, which the network ignores: "never seen" (it knows "black", "blue", "green", "red")\n';
    expect(await one(strange, news)).not.toBe(all[5]);
    // evaluate says it, too, and neither does with --quiet.
    writeFileSync(join(cwd, "strange.csv"), `${HEADER}\n${strange.join(",")}\n`);
    const run = (command: string, ...quiet: string[]) =>
      runHere([command, "run", "--data", "strange.csv", ...quiet], { cwd });
    expect((await run("evaluate")).stderr).toBe(news);
    for (const command of ["evaluate", "predict"]) expect((await run(command, "--quiet")).stderr).toBe("");
  });
});

describe("evaluate", () => {
  it("gives loss, precision, recall, F1 and the confusion matrix; ROC AUC for two classes", async () => {
    const cwd = temporaryFolder();
    const two = tableOf("x,z,label", 200, (r) => [(r % 2) + pseudo(r, 1), pseudo(r, 2), r % 2 ? "yes" : "no"]);
    writeFileSync(join(cwd, "two.csv"), two);
    await trainJsonHere(["--data", "two.csv", "--epochs", "50", "--out", "run", ...ALONE], { cwd });
    const { stdout, code } = await runHere(["evaluate", "run", "--data", "two.csv"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/examples +200\nloss +\d\.\d{4}\naccuracy +\d+\.\d\d %\nmacro +precision/);
    expect(stdout).toMatch(/ROC AUC +(0\.9|1\.0)\d+/);
    expect(stdout).toMatch(/\nno +\d+\.\d\d % +\d+\.\d\d % +\d+\.\d\d % +100\n/);
  });

  it("gives the test accuracy that train printed, on the same images", async () => {
    const cwd = temporaryFolder();
    const { testAccuracy } = await trainJsonHere(["--examples", "500", "--epochs", "30", "--out", "run", ...ALONE], {
      cwd,
    });
    const all = JSON.parse((await runHere(["evaluate", "run", "--data", "digits", "--json"], { cwd })).stdout);
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
