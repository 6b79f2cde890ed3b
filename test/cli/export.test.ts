import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeModel } from "@scratch-nn/core";
import { toJsModule, toOnnx } from "@scratch-nn/formats";
import { describe, expect, it } from "vitest";
import { runHere } from "../support/here.ts";
import { mixedModel } from "../support/mixed-model.ts";
import { mountTmpfs } from "../support/small-disk.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const model = mixedModel();

/** A folder with a model, like a run's, and a function that runs `export` in it. */
function folderWithModel() {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "model.safetensors"), encodeModel(model));
  return { cwd, run: (...args: string[]) => runHere(["export", ".", ...args], { cwd }) };
}

describe("export", () => {
  it("writes beside the model, says what, and overwrites nothing unless it is told to", async () => {
    const { cwd, run } = folderWithModel();
    const first = await run("--format", "onnx", "--json");
    const bytes = toOnnx(model);
    expect([first.code, JSON.parse(first.stdout)]).toEqual([
      0,
      { format: "onnx", files: [{ path: "model.onnx", bytes: bytes.length }] },
    ]);
    expect(readFileSync(join(cwd, "model.onnx")).equals(bytes)).toBe(true);

    writeFileSync(join(cwd, "model.onnx"), "mine");
    const again = await run("--format", "onnx");
    expect([again.code, again.stderr]).toEqual([
      2,
      "error: --out: expected a new file, found model.onnx, which is there already; name another one, or write over it by --force\n",
    ]);
    expect(readFileSync(join(cwd, "model.onnx"), "utf8")).toBe("mine");
    expect((await run("--format", "onnx", "--force", "--quiet")).stdout).toBe("");
    expect(readFileSync(join(cwd, "model.onnx")).equals(bytes)).toBe(true);
    expect(readdirSync(cwd)).toEqual(["model.onnx", "model.safetensors"]);
  });

  it("calls a module's types like the module", async () => {
    const { cwd, run } = folderWithModel();
    const { code, stdout } = await run("--format", "js", "--out", "told.js");
    const { code: text, declarations } = toJsModule(model);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^told\.js +[\d,]+ bytes\ntold\.d\.ts +[\d,]+ bytes\n$/);
    expect(readFileSync(join(cwd, "told.js"), "utf8")).toBe(text);
    expect(readFileSync(join(cwd, "told.d.ts"), "utf8")).toBe(declarations);
  });

  it("never writes over what a run keeps for itself, nor to where names cannot be read", async () => {
    const { cwd, run } = folderWithModel();
    writeFileSync(join(cwd, "config.json"), "{}");
    const [config, dash, hidden] = await Promise.all([
      run("--format", "onnx", "--out", "config.json", "--force"),
      run("--format", "onnx", "--out", "-"),
      run("--format", "npz", "--out", "a\n\u202eb.npz"),
    ]);
    expect([config.code, config.stderr]).toEqual([2, expect.stringContaining("not one of a run's own")]);
    expect([dash.code, dash.stderr]).toEqual([
      2,
      expect.stringMatching(/^error: --out: expected the name of a file, found "-"/),
    ]);
    expect([hidden.code, hidden.stdout]).toEqual([0, expect.stringMatching(/^a\\n\\u202eb\.npz +[\d,]+ bytes\n$/)]);
    expect(readdirSync(cwd).sort()).toEqual(["a\n\u202eb.npz", "config.json", "model.safetensors"]);
    expect(readFileSync(join(cwd, "config.json"), "utf8")).toBe("{}");
  });

  it("leaves none of its files where the disk has no room for all", async () => {
    const { cwd, run } = folderWithModel();
    mkdirSync(join(cwd, "small"));
    // The disk has room for the types only.
    if (!mountTmpfs(join(cwd, "small"), 4)) return;
    const { code, stderr } = await run("--format", "js", "--out", "small/told.js");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/told\.js could not be written: ENOSPC.*nothing was left/),
    ]);
    expect(readdirSync(join(cwd, "small"))).toEqual([]);
  });

  it("never writes over the model that it reads, nor where there is no folder", async () => {
    const { cwd, run } = folderWithModel();
    const [own, nowhere] = await Promise.all([
      run("--format", "safetensors", "--out", "model.safetensors", "--force"),
      run("--format", "js", "--out", "site/model.mjs"),
    ]);
    expect([own.code, own.stderr]).toEqual([
      2,
      expect.stringContaining("expected another file than the one that is read, found model.safetensors"),
    ]);
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining("make site first")]);
    expect(readFileSync(join(cwd, "model.safetensors")).equals(encodeModel(model))).toBe(true);
    expect(existsSync(join(cwd, "site"))).toBe(false);
  });
});
