import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNetwork, encodeModel } from "@scratch-nn/core";
import { beforeEach, describe, expect, it } from "vitest";
import { runHere } from "../support/here.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let cwd: string;

beforeEach(() => {
  cwd = temporaryFolder();
  const model = {
    network: createNetwork({ layers: [1, 3, 2], activation: "relu" }),
    classes: ["false", "true"],
    label: "label",
    preprocessing: {
      columns: ["x"],
      named: true,
      encoders: [{ kind: "number", column: 0, center: 0, spread: 1, clips: false, fill: 0, marksMissing: false }],
    },
  } as const;
  writeFileSync(join(cwd, "model.safetensors"), encodeModel(model));
  writeFileSync(join(cwd, "one.csv"), "x,label\n1,True\n2,TRUE\n3,true\n");
});

describe("evaluate on examples of one class", () => {
  it("has no ROC AUC: no line, and null in JSON", async () => {
    const args = ["evaluate", "model.safetensors", "--data", "one.csv"];
    const text = await runHere(args, { cwd });
    expect(text.code).toBe(0);
    expect(text.stdout).not.toMatch(/ROC|NaN/);
    const json = await runHere([...args, "--json"], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({ examples: 3, rocAuc: null });
  });
});

describe("predict", () => {
  it("refuses probabilities where the format has no room for them", async () => {
    const { code, stdout, stderr } = await runHere(
      ["predict", "model.safetensors", "--data", "one.csv", "--format", "kaggle", "--proba"],
      { cwd },
    );
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /--proba: expected a format with room for probabilities: csv or jsonl, found --format kaggle/,
    );
  });

  it.each([
    ["--delimiter", ","],
    ["--id", "x"],
    ["--header", "yes"],
  ])("refuses %s where the data are no table", async (flag, value) => {
    const { code, stderr } = await runHere(["predict", "model.safetensors", "--data", "digits", flag, value], {
      cwd,
    });
    expect(code).toBe(2);
    expect(stderr).toContain(`${flag}: expected data that are a table, found digits`);
  });
});
