/**
 * `every-fault.ts <place> [<job>]`: runs once with every kind of fault at that place, and prints the outcomes as JSON.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { surviveDeath } from "./deaths.ts";
import { KINDS, type Kind, type Place } from "./injector.ts";

const folder = mkdtempSync(join(tmpdir(), "every-fault-"));
const outcomes = [];
try {
  const place = process.argv[2] as Place;
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const fault = {
      job: Number(process.argv[3] ?? "1"),
      workers: 3,
      update: "slices" as const,
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
