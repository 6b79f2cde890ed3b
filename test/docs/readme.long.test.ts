import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeBlocks } from "../support/code-blocks.ts";
import { REPOSITORY, run } from "../support/packed.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { train } from "../support/train-cli.ts";

const read = (path: string): string => readFileSync(join(REPOSITORY, path), "utf8");

/** The lines of the output that do not depend on timing. */
function lasting(output: string): string[] {
  return output.split("\n").filter((line) => !/^(speed|saved in) /.test(line) && line.trim() !== "");
}

describe("the README", () => {
  it("shows what its first command prints", async () => {
    const { stdout } = await train(["--workers", "8"], { cwd: temporaryFolder() });
    expect(lasting(codeBlocks(read("README.md"), "text")[0])).toEqual(lasting(stdout));
  });

  it("has a picture that its script draws, to the byte", () => {
    expect(run(process.execPath, ["docs/picture.ts"], REPOSITORY)).toBe(read("docs/train.svg"));
  });
});
