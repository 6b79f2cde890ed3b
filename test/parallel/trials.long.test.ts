import { describe, expect, it } from "vitest";
import { runFaulty } from "../support/run-faulty.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("a trial whose thread fails by", () => {
  it.each(["throw", "exit", "heap", "loop"])("%s, twice, is begun again and ends in the bits of core", async (kind) => {
    // A trial calls Atomics.add once for each heartbeat.
    const fault = { FAULT_PLACE: "arriving", FAULT_CALL: "20", FAULT_KIND: kind, FAULT_TIMES: "2" };
    // Only a thread that hangs is lost by patience.
    const patience = kind === "loop" ? "3" : "120";
    const found = JSON.parse(await runFaulty("trials.ts", { ...fault, FAULT_MARKS: temporaryFolder() }, patience));
    expect(found).toHaveLength(4);
    let attempts = 0;
    for (const outcome of found) {
      expect(outcome).toMatchObject({ isRight: true });
      attempts += outcome.attempts;
    }
    expect(attempts).toBe(6);
  });
});
