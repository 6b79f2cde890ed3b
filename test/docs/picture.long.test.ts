import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { REPOSITORY, run } from "../support/packed.ts";

it("the README has a picture that its script draws, to the byte", () => {
  expect(run(process.execPath, ["docs/picture.ts"], REPOSITORY)).toBe(
    readFileSync(join(REPOSITORY, "docs/train.svg"), "utf8"),
  );
});
