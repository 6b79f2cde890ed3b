/**
 * Runs once before the long tests. It compiles the packages into their `dist`, for the tests that pack or serve them,
 * and builds the page, which its own tests and `train --ui` need.
 */
import { join } from "node:path";
import { pageSite } from "@scratch-nn/cli";
import { REPOSITORY, run } from "./packed.ts";

export async function setup(): Promise<void> {
  run(process.execPath, [join(REPOSITORY, "node_modules/typescript/bin/tsc"), "-b", "packages/cli"], REPOSITORY);
  await pageSite();
}
