/**
 * `every-fault.ts <place> [<job>]`: runs once with every kind of fault at that place, and prints the outcomes as JSON.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { surviveDeath, updatesOf } from "./deaths.ts";
import { KINDS, type Kind, type Place } from "./injector.ts";

const folder = mkdtempSync(join(tmpdir(), "every-fault-"));
const outcomes = [];
try {
  const place = process.argv[2] as Place;
  const job = Number(process.argv[3] ?? "1");
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const fault = {
      job,
      workers: 3,
      update: updatesOf(job)[0],
      kind,
      place,
      call: 20,
      moment: 0,
      victim: 0,
    };
    const outcome = await surviveDeath(fault, mkdtempSync(join(folder, "death-")));
    outcomes.push({ kind, outcome });
  }
  process.stdout.write(JSON.stringify(outcomes));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
