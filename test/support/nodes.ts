import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface NodeBinary {
  readonly version: string;
  readonly path: string;
}

/** The pinned Node, and another one of the machine if its version is 20 or later. */
export function nodeBinaries(): NodeBinary[] {
  const pinned = { version: process.versions.node, path: process.execPath };
  const own = process.env["PATH"]!.split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .find((path) => existsSync(path));
  if (own !== undefined) {
    const version = execFileSync(own, ["-p", "process.versions.node"], { encoding: "utf8" }).trim();
    if (Number.parseInt(version, 10) >= 20 && version !== pinned.version) return [pinned, { version, path: own }];
  }
  process.stderr.write("no other Node of version 20 or later on this machine: tests under it are skipped\n");
  return [pinned];
}
