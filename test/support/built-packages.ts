/**
 * Set up once before the long tests: the packages as JavaScript in their `dist`, for those who pack or serve them, and the
 * page, which each of its tests and each `train --ui` finds built.
 */
import { join } from "node:path";
import { pageSite } from "@scratch-nn/cli";
import { REPOSITORY, run } from "./packed.ts";

export async function setup(): Promise<void> {
  run(process.execPath, [join(REPOSITORY, "node_modules/typescript/bin/tsc"), "-b", "packages/cli"], REPOSITORY);
  await pageSite();
}
