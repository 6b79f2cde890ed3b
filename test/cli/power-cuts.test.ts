import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CheckpointStore } from "@scratch-nn/cli";
import { decodeModel } from "@scratch-nn/core";
import { expect, it } from "vitest";
import { type PowerCut, powerCuts, restore } from "../faults/power-cuts.ts";
import { weightsSha256 } from "../support/digest.ts";
import { isCompleted, isRead, RUN, recordRun, stepsCompleted } from "../support/recorded-run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// power-cuts.long.test.ts resumes whole runs from these states.
it("whenever the power is cut, the newest completed checkpoint, the config and the model are there", async () => {
  const recorded = await recordRun(temporaryFolder());
  const { log } = recorded;
  const disk = join(temporaryFolder(), "disk");
  const lost: string[] = [];
  const cuts = powerCuts(log, isRead);
  for (const cut of cuts) {
    mkdirSync(disk);
    restore(cut.state, disk);
    lost.push(...(await lossesOf(cut)));
    rmSync(disk, { recursive: true });
  }
  expect(lost).toEqual([]);
  expect(cuts.length).toBeGreaterThan(30);

  async function lossesOf({ state, after }: PowerCut): Promise<string[]> {
    const losses: string[] = [];
    const where = `after ${after} operations, the last ${JSON.stringify(log[after - 1])?.slice(0, 100)}`;
    const { checkpoint, unusable } = await new CheckpointStore(join(disk, RUN, "checkpoints"), 2).find();
    if (unusable.length > 0) losses.push(`${where}: ${unusable[0].path}: ${unusable[0].reason}`);
    const completed = stepsCompleted(log, after);
    if (completed !== undefined && !((checkpoint?.position.steps ?? -1) >= completed)) {
      losses.push(`${where}: expected step ${completed}, found ${checkpoint?.position.steps}`);
    }
    if (checkpoint !== undefined && !state.has(`${RUN}/config.json`)) losses.push(`${where}: no config`);
    if (isCompleted(log, `${RUN}/config.json`, after)) {
      const config = state.get(`${RUN}/config.json`);
      if (config === undefined || JSON.parse(config.toString()).epochs !== Number(recorded.epochs)) {
        losses.push(`${where}: ${config}`);
      }
    }
    if (isCompleted(log, `${RUN}/model.safetensors`, after)) {
      const bytes = state.has(`${RUN}/model.safetensors`) && readFileSync(join(disk, RUN, "model.safetensors"));
      const found = bytes && weightsSha256(decodeModel(bytes).network);
      if (found !== recorded.weightsSha256) losses.push(`${where}: model ${found}`);
    }
    return losses;
  }
});
