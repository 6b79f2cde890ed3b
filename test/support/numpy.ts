/** Runs Python with NumPy, if the machine has it. */
import { execFileSync, spawnSync } from "node:child_process";

const isThere = spawnSync("python3", ["-c", "import numpy"]).status === 0;
if (!isThere) process.stderr.write("no python3 with NumPy on this machine: the tests that need it are skipped\n");

export const hasNumPy = isThere;

/** Runs a Python script and returns its output. */
export function python(script: string, args: readonly string[], cwd: string): string {
  const env = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
  return execFileSync("python3", ["-c", script, ...args], { cwd, env, encoding: "utf8" });
}
