import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printable, shellPath } from "@scratch-nn/cli";
import { assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, runCommand, train } from "../support/train-cli.ts";
import { untilThere } from "../support/wait-for.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there.
const RAW = /[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f]/;

/** Writes rows whose classes, columns and cells contain a terminal's control sequences. */
function evilTable(cwd: string, name: string): void {
  const rows = Array.from(
    { length: 40 },
    (_, i) => `${i % 2 ? "\u001b[31mred" : "\u202eb\u0007"},${i % 7},${(i * i) % 5}`,
  );
  writeFileSync(join(cwd, name), `label,\u001b]0;title\u0007x,y\n${rows.join("\n")}\n`);
}

describe("nothing from a file or a flag is printed raw to a terminal:", () => {
  it("classes, columns, paths in the plan and the results", async () => {
    const cwd = temporaryFolder();
    evilTable(cwd, "\u001b[2Jx.csv");
    const args = ["--data", "\u001b[2Jx.csv", "--epochs", "2", ...ALONE, "--out", "kept\u0007"];
    for (const more of [[], ["--json"]]) {
      const { code, stdout, stderr } = await train([...args.slice(0, -1), `kept\u0007${more.length}`, ...more], {
        cwd,
      });
      expect(code).toBe(0);
      expect(stdout + stderr).not.toMatch(RAW);
      expect(stdout).toContain("\\u0007");
    }
  });

  it("errors of every kind", async () => {
    const cwd = temporaryFolder();
    evilTable(cwd, "x.csv");
    mkdirSync(join(cwd, "kept\u001b"));
    writeFileSync(join(cwd, "kept\u001b/config.json"), "{\u001b");
    for (const args of [
      ["--data", "\u001b[31mgone"],
      ["--data", "x.csv", "--label", "\u001b[31mgone"],
      ["--epochs", "\u001b[31m3"],
      ["--\u001b[31mflag"],
      ["\u001b[31mstray"],
      ["--out", "kept\u001b"],
      ["--resume", "kept\u001b"],
      ["--resume", "\u202egone"],
      ["--hidden", "4", "--resume", "kept\u001b", "--out", "\u001b"],
    ]) {
      const { code, stderr } = await train(args, { cwd });
      expect([args, code]).toEqual([args, 2]);
      expect(stderr).not.toMatch(RAW);
    }
  });

  it("what evaluate says", async () => {
    const cwd = temporaryFolder();
    evilTable(cwd, "x.csv");
    await train(["--data", "x.csv", "--epochs", "1", "--out", "kept", "--quiet", ...ALONE], { cwd });
    for (const more of [[], ["--json"]]) {
      const { code, stdout, stderr } = await runCommand(["evaluate", "kept", "--data", "x.csv", ...more], { cwd });
      expect(code).toBe(0);
      expect(stdout + stderr).not.toMatch(RAW);
    }
  });

  it("JSON reads back as what it was", async () => {
    const cwd = temporaryFolder();
    const out = "kept\u009b\u202e\u{e0041}\ud83d\ude00";
    const { stdout } = await train(["--examples", "100", "--epochs", "1", "--json", "--quiet", "--out", out], { cwd });
    expect(stdout).not.toMatch(RAW);
    expect(JSON.parse(stdout).out).toBe(out);
  });
});

describe("printable", () => {
  it.each([
    ["plain, ünïcode 数 😀", "plain, ünïcode 数 😀"],
    ["a\nb\tc\u001b[0m", "a\\nb\\u0009c\\u001b[0m"],
    ["\u202e\ud800\u{e0041}\u00ad", "\\u202e\\ud800\\u{e0041}\\u00ad"],
  ])("%j is %j", (text, expected) => expect(printable(text)).toBe(expected));

  it("abridges to at most so many characters, and cuts no escape or pair in two", () => {
    expect(printable("abcdef", 6)).toBe("abcdef");
    expect(printable("abcdefg", 6)).toBe("abcde…");
    expect(printable("abc\u001bdefg", 6)).toBe("abc…");
    expect(printable("😀😀😀😀", 6)).toBe("😀😀…");
  });
});

describe("a command that is printed can be pasted:", () => {
  it.each([
    ["runs/a-1.b", "runs/a-1.b"],
    ["-kept", "./-kept"],
    ["my run", "'my run'"],
    ["it's", "'it'\\''s'"],
    ["$HOME", "'$HOME'"],
    ["~/x", "'~/x'"],
    ["=x", "'=x'"],
    ["", "''"],
    ["a\u001bb", "$'a\\033b'"],
  ])("%j as %s", (path, expected) => expect(shellPath(path)).toBe(expected));

  it("a shell takes any path for that path", () => {
    // Checks hundreds of paths at a time, since starting a shell takes milliseconds. Only bash is sure to have $'...'.
    const check = (paths: readonly string[]): void => {
      const script = `printf '%s\\0' ${paths.map(shellPath).join(" ")}`;
      const printed = execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8", env: { LC_ALL: "C.UTF-8" } });
      expect(printed.split("\0").slice(0, -1)).toEqual(
        paths.map((path) => (path.startsWith("-") ? `./${path}` : path)),
      );
    };
    const paths: string[] = [];
    assert(
      property(string({ unit: "grapheme" }), string({ unit: "binary" }), (one, other) => {
        for (const path of [one, other]) if (!path.includes("\0") && !/\p{Cs}/u.test(path)) paths.push(path);
      }),
      { numRuns: 500 },
    );
    for (let at = 0; at < paths.length; at += 100) check(paths.slice(at, at + 100));
    expect(paths.length).toBeGreaterThan(500);
  });

  it("after Ctrl-C", async () => {
    const cwd = temporaryFolder();
    const out = "-my $run's";
    const { stderr } = await train(
      ["--examples", "600", "--epochs", "1000000", "--checkpoint-every", "1", "--out", out, ...ALONE],
      {
        cwd,
        async onStart(child) {
          await untilThere(child, join(cwd, out, "checkpoints"), /checkpoint$/);
          child.kill("SIGINT");
        },
      },
    );
    const [, command] = /^go on with: pnpm (train --resume .*)$/m.exec(stderr)!;
    const words = execFileSync("sh", ["-c", `printf '%s\\n' ${command}`], { encoding: "utf8" })
      .trimEnd()
      .split("\n");
    const { epochs } = JSON.parse(readFileSync(join(cwd, out, "metrics.json"), "utf8"));
    expect((await runCommand([...words, "--epochs", String(epochs + 1), "--quiet"], { cwd })).code).toBe(0);
  });
});
