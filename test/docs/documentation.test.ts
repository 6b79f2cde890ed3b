import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadModel } from "@scratch-nn/core/predict";
import { describe, expect, it } from "vitest";
import { codeBlocks as blocks } from "../support/code-blocks.ts";
import { REPOSITORY, run } from "../support/packed.ts";
import { tableOf } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCommand, train } from "../support/train-cli.ts";

const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");
const readme = read("README.md");

describe("the README", () => {
  it("uses core in five lines that print what the comment says", () => {
    const [code] = blocks(readme, "ts");
    expect(blocks(read("packages/core/README.md"), "ts")[0]).toBe(code);
    expect(code.trim().split("\n")).toHaveLength(5);
    const [, expected] = /console\.log\(.*\); \/\/ (.*)/.exec(code)!;
    expect(run(process.execPath, ["--input-type=module", "--eval", code], REPOSITORY).trim()).toBe(expected);
  });

  it.each(["core", "data", "parallel", "report"])(
    "and those of the packages have programs that print what they say: %s",
    (name) => {
      for (const code of blocks(read(`packages/${name}/README.md`), "ts")) {
        const [, expected] = /console\.log\(.*\); \/\/ (.*)/.exec(code)!;
        expect(run(process.execPath, ["--input-type=module", "--eval", code], REPOSITORY).trim()).toBe(expected);
      }
    },
  );

  it("names flags that the commands have", async () => {
    const commands = ["train", "sweep", "predict", "evaluate", "report", "export"];
    const pages = await Promise.all(commands.map((name) => runCommand([name, "--help"], { cwd: temporaryFolder() })));
    const help = pages.map(({ stdout }) => stdout).join();
    const flags = // Ignores Node's own flags.
      readme.match(/(?<=\s|`)(?<!node )--[a-z-]+/g)!.filter((flag) => flag !== "--help");
    expect(flags.length).toBeGreaterThan(5);
    for (const flag of flags) expect(help).toContain(flag);
  });
});

describe("the README's way from a table to predictions", () => {
  it("works as its commands and its program say", async () => {
    const cwd = temporaryFolder();
    const row = (r: number) => [
      `c${r}`,
      20 + ((r * 7) % 50),
      r % 3 ? "Oslo" : "Rome",
      String(r % 2 === 0),
      r % 7 < 3 ? "yes" : "no",
    ];
    writeFileSync(join(cwd, "customers.csv"), tableOf("customer,age,city,member,churned", 200, row));
    const trained = await train(
      ["--data", "customers.csv", "--label", "churned", "--epochs", "30", "--out", "runs/churn"],
      {
        cwd,
      },
    );
    expect(trained.code).toBe(0);
    const predicted = await runCommand(
      ["predict", "runs/churn", "--data", "customers.csv", "--id", "customer", "--proba"],
      { cwd },
    );
    expect(predicted.stdout).toMatch(/^customer,prediction,probability_no,probability_yes\nc0,/);
    const evaluated = await runCommand(["evaluate", "runs/churn", "--data", "customers.csv"], { cwd });
    expect(evaluated.stdout).toMatch(/ROC AUC/);

    const [code] = blocks(readme, "js");
    const model = readFileSync(join(cwd, "runs/churn/model.safetensors"));
    const body = code.replace(/^import .*\n/m, "").replace("\nmodel.predict", "\nreturn model.predict");
    const run = new Function("loadModel", "bytes", body) as (...args: unknown[]) => string[];
    expect(["yes", "no"]).toContain(run(loadModel, model)[0]);
  });
});

describe("the scripts that the documentation names", () => {
  const { scripts } = JSON.parse(read("package.json"));
  it.each(["README.md", "CONTRIBUTING.md"])("exist: %s", (path) => {
    for (const [, script] of read(path).matchAll(/pnpm@12 ([a-z:]+)/g)) expect(scripts).toHaveProperty([script]);
  });

  it("are what CI runs", () => {
    const ci = read(".ci/run");
    for (const command of ["pnpm@12 train --workers 8", "pnpm@12 test"]) {
      expect(readme).toMatch(new RegExp(`^npx -y ${command}( |$)`, "m"));
      // CI may run all tests, which include the quick ones.
      expect(ci).toMatch(new RegExp(`^run npx -y ${command}(:all)?$`, "m"));
    }
    expect(scripts["test"]).toBe(`${scripts["test:all"]} --project quick`);
  });
});

describe("docs/notes.md", () => {
  const sections = read("docs/notes.md").split(/^## /m).slice(1);
  const quotes = sections.flatMap((section) => {
    const path = /packages\/\S+\.ts/.exec(section.split("\n")[0])![0];
    return blocks(section, "ts").flatMap((code) =>
      code
        .trim()
        .split("\n")
        .map((line) => [path, line] as const),
    );
  });

  it.each(quotes)("quotes %s: %s", (path, line) => {
    expect(read(path)).toContain(line);
  });
});

describe("links and paths in the documentation", () => {
  const documents = [
    "README.md",
    "CONTRIBUTING.md",
    ...["core", "jobs", "data", "parallel", "cluster", "formats", "report", "server", "web", "cli"].map(
      (name) => `packages/${name}/README.md`,
    ),
    ...readdirSync(join(REPOSITORY, "docs"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name)),
  ];

  it.each(documents)("lead somewhere: %s", (path) => {
    const text = read(path);
    const links = Array.from(text.matchAll(/\]\((?!https?:)([^)#]+)\)/g), ([, target]) => join(dirname(path), target));
    const files = Array.from(text.matchAll(/packages\/[\w./-]+\.ts/g), ([file]) => file);
    for (const target of [...links, ...files]) expect(existsSync(join(REPOSITORY, target)), target).toBe(true);
  });
});
