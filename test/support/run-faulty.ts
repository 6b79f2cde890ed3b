import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Runs a script of test/faults in a process with the fault injector, and returns its output. */
export async function runFaulty(
  script: string,
  env: Readonly<Record<string, string>>,
  ...rest: string[]
): Promise<string> {
  const faults = (name: string): string => fileURLToPath(new URL(`../faults/${name}`, import.meta.url));
  const args = ["--import", faults("injector.ts"), faults(script), ...rest];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...env } });
  return stdout;
}
