import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusal, trainHere, trainJsonHere } from "../support/here.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

const HALF = ["--examples", "300", "--hidden", "12", "--batch-size", "50", "--epochs", "3", ...ALONE];

/** A run of three epochs in `kept`. */
const halfRun = copiesOf((cwd) => trainJsonHere([...HALF, "--out", "kept"], { cwd }));

const checkpoints = (cwd: string): string[] => readdirSync(join(cwd, "kept/checkpoints")).sort();

describe("--resume", () => {
  it.each([
    ["--lr", "0.5", /--lr: expected 0.1, as in kept, found 0.5; leave it out/],
    ["--hidden", "13", /--hidden: expected 12, as in kept, found 13; leave it out/],
    ["--data", "mnist", /--data: expected digits, as in kept, found mnist; leave it out/],
    ["--epochs", "2", /--epochs: expected at least 3, which kept has done already, found 2; pass more/],
    ["--out", "other", /--out: expected nothing: the run goes on in kept, found other/],
  ])("refuses another %s", async (flag, value, message) => {
    const cwd = await halfRun();
    const before = checkpoints(cwd);
    const { code, stderr } = await refusal(["train", "--resume", "kept", flag, value], { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(checkpoints(cwd)).toEqual(before);
  });

  it("refuses other data under the same name", async () => {
    const cwd = temporaryFolder();
    const rows = (x: number): string =>
      ["label,a,b", ...Array.from({ length: 40 }, (_, i) => `${i % 2},${i % 7},${(i * x) % 5}`)].join("\n");
    mkdirSync(join(cwd, "somewhere"));
    writeFileSync(join(cwd, "somewhere/x.csv"), rows(1));
    await trainJsonHere(["--data", "somewhere/x.csv", "--epochs", "3", "--out", "kept", ...ALONE], { cwd });
    writeFileSync(join(cwd, "somewhere/x.csv"), rows(3));
    const { code, stderr } = await refusal(["train", "--resume", "kept", "--epochs", "5"], { cwd });
    expect(stderr).toMatch(
      /--resume: expected the data that kept was trained on \(SHA-256 \w{16}\.\.\.\), found other examples in .*x\.csv/,
    );
    expect(code).toBe(2);
  });

  it("removes nothing of a run without a model whose data are gone and whose checkpoints are damaged", async () => {
    const cwd = temporaryFolder();
    const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${i % 7}`);
    writeFileSync(join(cwd, "x.csv"), ["label,a", ...rows].join("\n"));
    await trainJsonHere(["--data", "x.csv", "--epochs", "3", "--out", "kept", ...ALONE], { cwd });
    for (const name of checkpoints(cwd)) writeFileSync(join(cwd, "kept/checkpoints", name), "nothing of the kind");
    const refused = await refusal(["train", "--resume", "kept"], { cwd });
    expect([refused.code, checkpoints(cwd).some((name) => name.endsWith(".damaged"))]).toEqual([2, false]);
    rmSync(join(cwd, "kept/model.safetensors"));
    rmSync(join(cwd, "x.csv"));
    const before = readdirSync(join(cwd, "kept"));
    const { code, stderr } = await trainHere(["--resume", "kept"], { cwd });
    expect(stderr).toMatch(/going on from the beginning: there is no intact checkpoint\n/);
    expect(stderr).toMatch(/error: --data: expected/);
    expect(code).toBe(2);
    expect(readdirSync(join(cwd, "kept"))).toEqual(before);
    expect(checkpoints(cwd).every((name) => name.endsWith(".damaged"))).toBe(true);
  });

  it("refuses a folder that is no run", async () => {
    const { code, stderr } = await refusal(["train", "--resume", "nowhere"], { cwd: temporaryFolder() });
    expect(stderr).toMatch(/--resume: expected the folder of a run, with its config\.json, found nowhere: ENOENT/);
    expect(code).toBe(2);
  });
});
