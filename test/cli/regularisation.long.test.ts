import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { refusal, trainHere, trainJsonHere } from "../support/here.ts";
import { copiesOf, temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE } from "../support/train-cli.ts";

const JOB = ["--examples", "300", "--hidden", "12,9", "--batch-size", "50", ...ALONE];
const ALL = [
  ...["--optimizer", "adamw", "--weight-decay", "0.1", "--decay-schedule", "flat-cosine"],
  ...["--dropout", "0.3", "--dropout-schedule", "flat-cosine", "--clip-norm", "0.5"],
  ...["--layer-factors", "0.5, 2,1", "--bias-factor", "0.1", "--init", "lecun", "--zero-output"],
];
const KEPT = {
  optimizer: "adamw",
  decaySchedule: "flat-cosine",
  dropout: 0.3,
  dropoutSchedule: "flat-cosine",
  clipNorm: 0.5,
  layerFactors: [0.5, 2, 1],
  biasFactor: 0.1,
  init: "lecun",
  zeroOutput: true,
};

const config = (cwd: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(cwd, "kept/config.json"), "utf8"));

const run = copiesOf((cwd) => trainJsonHere([...JOB, ...ALL, "--epochs", "3", "--out", "kept"], { cwd }));

describe("dropout, clipping, factors and the others", () => {
  it("are told, and kept in the run's config", async () => {
    const cwd = temporaryFolder();
    const { stderr } = await trainHere([...JOB, ...ALL, "--epochs", "2", "--out", "kept"], { cwd });
    expect(stderr).toMatch(
      /^ +dropout 0.3 flat-cosine; weight decay flat-cosine; gradients of a norm of at most 0.5; learning rate times 0.5, 2, 1 by layer; times 0.1 for biases$/m,
    );
    expect(stderr).toMatch(/relu, lecun initialisation, zero output;/);
    expect(config(cwd)).toMatchObject(KEPT);
  });

  it("are nothing where they say nothing, to the bytes that a run keeps", async () => {
    const nothing = [
      ...["--dropout", "0", "--bias-factor", "1", "--layer-factors", "1,1,1"],
      ...["--optimizer", "adamw", "--decay-schedule", "constant"],
    ];
    const runs = await Promise.all(
      [["--optimizer", "adamw"], nothing].map(async (flags) => {
        const cwd = temporaryFolder();
        await trainJsonHere([...JOB, ...flags, "--epochs", "2", "--out", "kept"], { cwd });
        const [newest] = readdirSync(join(cwd, "kept/checkpoints"));
        return { config: config(cwd), newest: readFileSync(join(cwd, "kept/checkpoints", newest)) };
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(Object.keys(runs[0].config).join()).not.toMatch(/dropout|clip|actor|zero/i);
  });

  it("go on from any checkpoint to the same bits, on other numbers of workers", async () => {
    const cwd = temporaryFolder();
    const job = [...JOB, ...ALL, "--epochs", "4", "--checkpoint-every", "1", "--keep-checkpoints", "9"];
    const whole = await trainJsonHere([...job, "--out", "kept"], { cwd });
    for (const name of readdirSync(join(cwd, "kept/checkpoints")).sort().slice(1)) {
      rmSync(join(cwd, "kept/checkpoints", name));
    }
    const again = await trainJsonHere(["--resume", "kept", "--workers", "2"], { cwd });
    expect(again.weightsSha256).toBe(whole.weightsSha256);
    const others = await trainJsonHere([...JOB, ...ALL, "--epochs", "4", "--seed", "2"], { cwd });
    expect(others.weightsSha256).not.toBe(whole.weightsSha256);
  });

  it.each([
    [["--dropout", "0.2"], /--dropout: expected 0.3, as in kept, found 0.2; leave it out/],
    [["--dropout", "0"], /--dropout: expected 0.3, as in kept, found 0; leave it out/],
    [["--dropout-schedule", "constant"], /--dropout-schedule: expected flat-cosine, as in kept, found constant;/],
    [["--decay-schedule", "constant"], /--decay-schedule: expected flat-cosine, as in kept, found constant;/],
    [["--clip-norm", "1"], /--clip-norm: expected 0.5, as in kept, found 1;/],
    [["--layer-factors", "1,1,1"], /--layer-factors: expected 0.5,2,1, as in kept, found 1,1,1;/],
    [["--bias-factor", "1"], /--bias-factor: expected 0.1, as in kept, found 1;/],
    [["--init", "he"], /--init: expected lecun, as in kept, found he;/],
    [
      ["--epochs", "9"],
      /--epochs: expected 3, as in kept: its dropout follows from how many there are in all \(flat-cosine\), found 9;/,
    ],
  ])("may not differ when a run goes on: %s", async (flags, message) => {
    const { code, stderr } = await refusal(["train", "--resume", "kept", ...flags], { cwd: await run() });
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
  });

  it.each([
    [["--dropout", "1"], /^error: --dropout: expected a number from 0 to below 1, of f32's precision, found "1"/],
    [["--dropout", "-0.1"], /^error: --dropout: .*found "-0.1"/],
    [["--dropout", "20%"], /^error: --dropout: .*found "20%"; pass for example --dropout 0.2/],
    [
      ["--dropout-schedule", "flat-cosine"],
      /^error: --dropout-schedule: expected --dropout with it: .*found flat-cosine alone; pass --dropout 0.2, or/,
    ],
    [
      ["--dropout", "0.1", "--dropout-schedule", "cosine"],
      /^error: --dropout-schedule: expected one of constant, flat-cosine, found "cosine"/,
    ],
    [
      ["--decay-schedule", "flat-cosine"],
      /^error: --decay-schedule: expected an optimizer with weight decay, .*pass --optimizer adamw, or leave it out/,
    ],
    [["--clip-norm", "0"], /^error: --clip-norm: expected a finite number above 0 .*found "0"/],
    [
      ["--clip-norm", "1", "--update", "units"],
      /^error: --update: expected main or auto with --clip-norm: .*found units, and --clip-norm 1; leave out one/,
    ],
    [
      ["--clip-norm", "1", "--update", "slices"],
      /^error: --update: expected main or auto with --clip-norm: .*found slices, and --clip-norm 1; leave out one/,
    ],
    [
      ["--layer-factors", "1,2"],
      /^error: --layer-factors: expected 3 factors: one for each layer of --hidden 12,9, and one for the output, found 2: 1,2;/,
    ],
    [["--layer-factors", "1,x,1"], /^error: --layer-factors: .*found "x"/],
    [["--layer-factors", "1,,1"], /^error: --layer-factors: .*found ""/],
    [["--bias-factor", "-1"], /^error: --bias-factor: expected a finite number from 0 .*found "-1"/],
    [["--init", "glorot"], /^error: --init: expected one of he, lecun, xavier, notes, found "glorot"/],
  ])("are refused where they make no sense: %s", async (flags, message) => {
    const cwd = temporaryFolder();
    const { code, stderr } = await refusal(["train", ...JOB, ...flags, "--epochs", "1", "--quiet"], { cwd });
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it.each([
    [{ dropout: 1 }, /dropout: expected a number above 0 and below 1/],
    [{ dropout: undefined }, /dropoutSchedule: expected --dropout with it/],
    [{ layerFactors: [1] }, /layerFactors: expected 3 factors/],
    [{ layerFactors: [1, 2, "x"] }, /layerFactors\[2\]: expected a/],
    [{ clipNorm: 0 }, /clipNorm: expected a finite number above 0/],
    [{ optimizer: undefined, beta1: undefined }, /config.json/],
    [{ zeroOutput: "yes" }, /zeroOutput: expected/],
  ])("a run's config that says what no run could is refused: %o", async (changes, message) => {
    const cwd = await run();
    rmSync(join(cwd, "kept/checkpoints"), { recursive: true });
    writeFileSync(join(cwd, "kept/config.json"), JSON.stringify({ ...config(cwd), ...changes }));
    const { code, stderr } = await trainHere(["--resume", "kept"], { cwd });
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
  });
});
