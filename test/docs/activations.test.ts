import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACTIVATIONS } from "@scratch-nn/core";
import { keepsZ } from "@scratch-nn/core/engine";
import { expect, it } from "vitest";
import { REPOSITORY } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { runCommand } from "../support/train-cli.ts";

it("docs/activations.md has a row for each activation, in the order of the code's table", () => {
  const page = readFileSync(join(REPOSITORY, "docs/activations.md"), "utf8");
  const rows = page.match(/^\| `.*$/gm)!.map((row) => row.split("|").map((cell) => cell.trim()));
  expect(rows.map(([, name, , from]) => [name, from])).toEqual(
    ACTIVATIONS.map((name) => [`\`${name}\``, keepsZ(name) ? "Z" : "A"]),
  );
});

it("core's README names every activation", () => {
  const readme = readFileSync(join(REPOSITORY, "packages/core/README.md"), "utf8");
  expect(readme).toContain(`The activation of the hidden layers is one of ${ACTIVATIONS.join(", ")}.`);
});

it("train --help names every activation", async () => {
  const { stdout } = await runCommand(["train", "--help"], { cwd: temporaryFolder() });
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(`hidden activation: ${ACTIVATIONS.join(", ")} (default`);
});
