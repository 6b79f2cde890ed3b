import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { availableMemory } from "@scratch-nn/cli";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { ALONE, train } from "../support/train-cli.ts";

const GB = 2 ** 30;

/** Creates a folder with these files that stands for /. */
function machine(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
  return root;
}

const meminfo = (available: number): string =>
  `MemTotal:       ${(32 * GB) / 1024} kB\nMemFree:        1024 kB\nMemAvailable:   ${available / 1024} kB\nBuffers:  1 kB`;
const stat = (active: number, inactive: number, prefix = ""): string =>
  `anon 77\n${prefix}inactive_anon 5\n${prefix}inactive_file ${inactive}\n${prefix}active_file ${active}\nactive_file_else 9`;

describe("memory that is available", () => {
  it("is what the kernel says where there are no limits", () => {
    const files = { "proc/meminfo": meminfo(9 * GB) };
    expect(availableMemory(machine(files))).toEqual({ bytes: 9 * GB, isSure: true });
    const unlimited = {
      ...files,
      "proc/self/cgroup": "0::/",
      "sys/fs/cgroup/memory.max": "max",
      "sys/fs/cgroup/memory.current": String(20 * GB),
    };
    expect(availableMemory(machine(unlimited))).toEqual({ bytes: 9 * GB, isSure: true });
  });

  it("in a container is what its limit leaves, pages of files counted as free", () => {
    const files = {
      "proc/meminfo": meminfo(9 * GB),
      "proc/self/cgroup": "0::/",
      "sys/fs/cgroup/memory.max": String(4 * GB),
      "sys/fs/cgroup/memory.current": String(4 * GB),
      "sys/fs/cgroup/memory.stat": stat(GB, 2 * GB),
    };
    expect(availableMemory(machine(files)).bytes).toBe(3 * GB);
    expect(availableMemory(machine({ ...files, "proc/meminfo": meminfo(GB) })).bytes).toBe(GB);
    const { "sys/fs/cgroup/memory.stat": _, ...withoutStat } = files;
    expect(availableMemory(machine(withoutStat)).bytes).toBe(0);
  });

  it("is the least that any of the groups around the process leaves", () => {
    const files = {
      "proc/meminfo": meminfo(9 * GB),
      "proc/self/cgroup": "0::/outer/inner",
      "sys/fs/cgroup/outer/memory.max": String(5 * GB),
      "sys/fs/cgroup/outer/memory.current": String(3 * GB),
      "sys/fs/cgroup/outer/memory.stat": stat(0, 0),
      "sys/fs/cgroup/outer/inner/memory.max": String(7 * GB),
      "sys/fs/cgroup/outer/inner/memory.current": String(GB),
      "sys/fs/cgroup/outer/inner/memory.stat": stat(0, 0),
    };
    expect(availableMemory(machine(files)).bytes).toBe(2 * GB);
  });

  it("is found in groups of version 1, whose path may lead out of the container", () => {
    const files = {
      "proc/meminfo": meminfo(9 * GB),
      "proc/self/cgroup": "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n0::/elsewhere",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": String(2 * GB),
      "sys/fs/cgroup/memory/memory.usage_in_bytes": String(1.5 * GB),
      "sys/fs/cgroup/memory/memory.stat": `${stat(1, 1)}\n${stat(0.5 * GB, 0.5 * GB, "total_")}`,
    };
    expect(availableMemory(machine(files)).bytes).toBe(1.5 * GB);
    const unlimited = { ...files, "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712" };
    expect(availableMemory(machine(unlimited)).bytes).toBe(9 * GB);
  });

  it("is not sure where none of it can be read", () => {
    const { bytes, isSure } = availableMemory(machine({}));
    expect(isSure).toBe(false);
    expect(bytes).toBeGreaterThan(0);
  });
});

describe("a run for which memory that nobody is sure of does not suffice", () => {
  it("is warned of, not refused", async () => {
    const { code, stderr } = await train(["--examples", "300", "--epochs", "1", "--quiet", "--out", "kept"], {
      cwd: temporaryFolder(),
      nodeOptions: ["--import", fileURLToPath(new URL("../support/no-proc.ts", import.meta.url))],
    });
    expect(stderr).toMatch(
      /^warning: memory: [\d,]+ MB for the run \(1 MB of them for the dataset\), and 1 MB are free; caches may give more, or the run may be killed\n$/,
    );
    expect(code).toBe(0);
  });
});

describe("a network that no WebAssembly memory holds", () => {
  it("is refused before its parameters are drawn, with the way out", async () => {
    const cwd = temporaryFolder();
    const { code, stderr } = await train(["--examples", "200", "--hidden", "20000,20000", "--out", "kept", ...ALONE], {
      cwd,
      // If the available memory is unknown, the command does not refuse in advance.
      nodeOptions: ["--import", fileURLToPath(new URL("../support/no-proc.ts", import.meta.url))],
    });
    expect(stderr).toMatch(
      /^error: memory: expected at most 4,295 MB of parameters, partial sums and tiles, .*, found 5,\d\d\d MB; take smaller --hidden layers or fewer --workers; --kernels plain has no such limit, /,
    );
    expect([code, readdirSync(cwd)]).toEqual([2, []]);
  });
});
