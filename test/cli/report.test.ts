import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runHere, trainHere } from "../support/here.ts";
import { tableOf } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train } from "../support/train-cli.ts";
import { untilThere } from "../support/wait-for.ts";

const rows = (shift: number): string =>
  tableOf("age,city,<b>,churned", 200, (r) => [
    20 + ((r * 7) % 50),
    r % 3 ? "Oslo" : "Rome",
    r % 11,
    (r + shift) % 7 < 3 ? "yes" : "no",
  ]);
const FLAGS = [
  "--data",
  "t.csv",
  "--label",
  "churned",
  "--hidden",
  "4",
  "--epochs",
  "5",
  "--validation-fraction",
  "0.2",
];

describe("report", () => {
  it("is written by train, and again by the command, from the folder and the data alone, wherever these are", async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, "t.csv"), rows(0));
    const trained = await train([...FLAGS, "--out", "run", "--workers", "2"], { cwd, report: true });
    expect([trained.code, trained.stderr]).toEqual([0, expect.stringContaining("note: report.html in run shows it")]);
    const page = readFileSync(join(cwd, "run/report.html"), "utf8");
    const metrics = JSON.parse(readFileSync(join(cwd, "run/metrics.json"), "utf8"));
    expect(page).toContain(metrics.weightsSha256);
    expect(page).toContain(`<dd>${(100 * metrics.testAccuracy).toFixed(2)}\u00a0%</dd>`);
    expect(page).toContain("Where the time went");
    expect(page).toContain("&lt;b&gt;");
    expect(metrics.threadTimes).toHaveLength(2);

    // The data are moved, and other data take their place.
    mkdirSync(join(cwd, "there"));
    writeFileSync(join(cwd, "there/moved.csv"), rows(0));
    writeFileSync(join(cwd, "t.csv"), rows(1));
    const moved = await runHere(["report", "run", "--data", "there/moved.csv", "--json"], { cwd });
    expect([moved.code, moved.stderr]).toEqual([0, expect.not.stringContaining("error")]);
    const said = JSON.parse(moved.stdout);
    expect(said).toMatchObject({
      report: "run/report.html",
      weightsSha256: metrics.weightsSha256,
      task: { kind: "classes", accuracy: metrics.testAccuracy },
      evaluated: { part: "test", examples: 40, of: 40 },
    });
    expect(said.commands[0].command).toMatch(
      /^pnpm train --data \S+t\.csv --label churned --hidden 4 --epochs 5 --validation-fraction 0\.2$/,
    );
    // The report is the same except for the data's name.
    const again = readFileSync(join(cwd, "run/report.html"), "utf8");
    expect(again.replaceAll("there/moved.csv", "t.csv").replaceAll("moved.csv", "t.csv")).toBe(page);

    const [others, mine] = await Promise.all(
      ["page.html", "there/moved.csv"].map((out) => runHere(["report", "run", "--out", out], { cwd })),
    );
    expect([others.code, others.stderr]).toEqual([2, expect.stringContaining("other examples in")]);
    expect(existsSync(join(cwd, "page.html"))).toBe(false);
    // The command never overwrites a file that is no report, even if `--out` names it.
    expect([mine.code, mine.stderr]).toEqual([
      2,
      expect.stringContaining("there/moved.csv, which holds something else"),
    ]);
    expect(readFileSync(join(cwd, "there/moved.csv"), "utf8")).toBe(rows(0));
  });

  it("that cannot be written costs a line, not the run", async () => {
    const cwd = temporaryFolder();
    const { code, stdout, stderr } = await train(
      ["--examples", "400", "--epochs", "30", ...ALONE, "--out", "run", "--quiet"],
      {
        cwd,
        report: true,
        onStart: async (child) => {
          if (await untilThere(child, join(cwd, "run"), /^config\.json$/)) mkdirSync(join(cwd, "run/report.html"));
        },
      },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^weights SHA-256 {2}[0-9a-f]{64}$/m);
    expect(stderr).toMatch(/^warning: no report\.html: [^\n]+\n$/);
    expect(existsSync(join(cwd, "run/model.safetensors"))).toBe(true);
  });

  it("says in short on the terminal what the page says, and what is wrong with what it is given", async () => {
    const cwd = temporaryFolder();
    const { code } = await trainHere(["--examples", "300", "--epochs", "20", ...ALONE, "--out", "run", "--quiet"], {
      cwd,
    });
    expect([code, existsSync(join(cwd, "run/report.html"))]).toEqual([0, false]);
    const [short, none] = await Promise.all([
      runHere(["report", "run", "--quiet"], { cwd }),
      runHere(["report", "nowhere"], { cwd }),
    ]);
    expect(short.stdout).toMatch(/^data +digits: 240 examples to train on, 60 to test on\n/);
    expect(short.stdout).toMatch(/\naccuracy +\d+\.\d\d %, macro F1 /);
    expect(short.stdout).toMatch(/\nreport in {2}run\/report\.html\n$/);
    expect(readFileSync(join(cwd, "run/report.html"), "utf8")).toContain("What the first layer looks for");
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/^error: <run>: expected the folder of a run/)]);

    rmSync(join(cwd, "run/metrics.json"));
    mkdirSync(join(cwd, "run/metrics.json"));
    const { code: refused, stderr } = await runHere(["report", "run"], { cwd });
    expect([refused, stderr]).toEqual([
      2,
      expect.stringMatching(/metrics\.json: expected a file .*it is a folder; mend/),
    ]);
  });
});
