/** Set up once before the long tests: the packages as JavaScript in their `dist`, for those who pack or serve them. */
import { join } from "node:path";
import { REPOSITORY, run } from "./packed.ts";

export function setup(): void {
  run(process.execPath, [join(REPOSITORY, "node_modules/typescript/bin/tsc"), "-b", "packages/cli"], REPOSITORY);
}
