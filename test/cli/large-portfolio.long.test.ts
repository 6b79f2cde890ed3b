import { describe, expect, it } from "vitest";
import { tableOf, writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { statusOf, train } from "../support/train-cli.ts";

describe("a portfolio on more rows than a call takes arguments", () => {
  it("is planned, and begins", async () => {
    const data = writeTable(tableOf("x,y", 900_000, (r) => [(r * 7919) % 1009, (r * 7919) % 1009 > 500 ? "a" : "b"]));
    const finished = await train(["--data", data, "--label", "y", "--workers", "1", "--out", "run"], {
      cwd: temporaryFolder(),
      onStart(child) {
        let told = "";
        child.stderr!.on("data", (text) => {
          told += text;
          if (/^trials +\d+, /m.test(told)) child.kill("SIGINT");
        });
      },
    });
    expect(finished.stderr).toMatch(/^trials +\d+, 1 at a time/m);
    expect(statusOf(finished)).toBe(130);
  });
});
