import { execFileSync } from "node:child_process";
import { onTestFinished } from "vitest";

/** Mounts a file system of this many kilobytes; false if this user or machine has no right to. */
export function mountTmpfs(folder: string, kilobytes: number, flags = "rw"): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k,${flags}`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    process.stderr.write("no right to mount a file system: a test on a full or read-only disk is skipped\n");
    return false;
  }
  onTestFinished(() => {
    execFileSync("umount", [folder]);
  });
  return true;
}
