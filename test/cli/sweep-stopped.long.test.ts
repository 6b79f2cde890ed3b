import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DATA, faulty, RESULT, results, SIX, sweep, sweepJson, undisturbed } from "../support/sweep-cli.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { untilThere } from "../support/wait-for.ts";

describe("a sweep", () => {
  it("on SIGINT keeps what is done, says how to go on, and goes on to the same table", async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await sweep([...SIX, "--workers", "1", "--out", "kept"], {
      cwd,
      async onStart(child) {
        await untilThere(child, join(cwd, "kept/results"), RESULT);
        child.kill("SIGINT");
      },
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/SIGINT: the runs that are done are kept; once more to leave at once/);
    expect(stderr).toMatch(/stopped with \d of 6 runs done\ngo on with: pnpm sweep --resume kept\n$/);
    expect(await sweepJson(["--resume", "kept"], { cwd })).toEqual(await undisturbed());
  });
  it("whose threads die again and again has failed runs, which are not kept, and made anew by --resume", async () => {
    const cwd = temporaryFolder();
    const args = [...DATA, "--epochs", "2|3", "--workers", "2", "--out", "kept"];
    const { code, stdout, stderr } = await sweep(args, faulty(cwd, "99"));
    expect(code).toBe(1);
    expect(stdout.match(/failed: a thread stopped \(exit code 7\)/g)).toHaveLength(2);
    expect(stderr).toMatch(/error: no run of 2 came to anything; the first: a thread stopped \(exit code 7\)$/m);
    expect(results(cwd)).toEqual([]);
    const undisturbed = await sweepJson(args.slice(0, -2), { cwd: temporaryFolder() });
    expect(await sweepJson(["--resume", "kept"], { cwd })).toEqual(undisturbed);
  });
  it("begins no run once its --time is over, says so, and the sweep goes on to the same table", async () => {
    const cwd = temporaryFolder();
    // The time is over as soon as a run is kept, whatever the machine's speed.
    const clock = `import { readdirSync } from "node:fs"; import { isMainThread } from "node:worker_threads";
      const now = performance.now.bind(performance);
      const isOver = () => { try { return readdirSync("kept/results").length > 0 } catch { return false } };
      if (isMainThread) performance.now = () => now() + (isOver() ? 1e12 : 0);`;
    const { code, stdout, stderr } = await sweep(
      [...SIX, "--workers", "1", "--time", "10h", "--out", "kept", "--json"],
      { cwd, nodeOptions: ["--import", `data:text/javascript,${encodeURIComponent(clock)}`] },
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(/note: the time is over, with \d of 6 runs done; go on with: pnpm sweep --resume kept\n$/);
    const { table, completed } = JSON.parse(stdout);
    expect(table.length).toBeLessThan(6);
    expect(completed).toBe(false);
    expect(await sweepJson(["--resume", "kept"], { cwd })).toEqual(await undisturbed());
  });
});
