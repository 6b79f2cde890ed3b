/** Determines the memory that a run may use, from the kernel and the container's limits. */
import { readFileSync } from "node:fs";
import { freemem } from "node:os";
import { dirname, join } from "node:path";

export interface AvailableMemory {
  /** Excludes swap. */
  readonly bytes: number;
  /** False where the system reports free memory only, without reclaimable caches. */
  readonly isSure: boolean;
}

/** File names of one version of control groups. */
interface GroupFiles {
  /** The mount point of the groups. */
  readonly mount: string;
  /** Matches the line in /proc/self/cgroup that names this process's group. */
  readonly line: RegExp;
  readonly limit: string;
  readonly usage: string;
  /** Fields of memory.stat: file pages, which the kernel reclaims on demand. */
  readonly caches: readonly string[];
}

const V2 = { limit: "memory.max", usage: "memory.current", caches: ["active_file", "inactive_file"] };
const VERSIONS: readonly GroupFiles[] = [
  { mount: "sys/fs/cgroup", line: /^0::(.*)$/m, ...V2 },
  { mount: "sys/fs/cgroup/unified", line: /^0::(.*)$/m, ...V2 },
  {
    mount: "sys/fs/cgroup/memory",
    line: /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m,
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    caches: ["total_active_file", "total_inactive_file"],
  },
];

/**
 * The minimum of the machine's available memory and the rest of each control group's limit. Both count reclaimable file
 * pages as free.
 * @param root the folder in place of /
 */
export function availableMemory(root = "/"): AvailableMemory {
  const figures = [machineRoom(root), ...VERSIONS.flatMap((version) => groupRooms(root, version))].filter(
    (room) => room !== undefined,
  );
  if (figures.length > 0) return { bytes: Math.min(...figures), isSure: true };
  const { availableMemory: ofProcess } = process as { availableMemory?: () => number };
  return { bytes: ofProcess?.() ?? freemem(), isSure: false };
}

function machineRoom(root: string): number | undefined {
  const kilobytes = /^MemAvailable:\s*(\d+) kB$/m.exec(read(root, "proc/meminfo") ?? "")?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** The room in the process's group and in its parents, each of which has its own limit. */
function groupRooms(root: string, version: GroupFiles): (number | undefined)[] {
  const path = version.line.exec(read(root, "proc/self/cgroup") ?? "")?.[1];
  if (path === undefined) return [];
  const rooms: (number | undefined)[] = [];
  // Inside a container the path may not exist below the mount; the mount itself is the group then.
  for (let group = join("/", path); ; group = dirname(group)) {
    rooms.push(groupRoom((name) => read(root, join(version.mount, group, name)), version));
    if (group === "/") return rooms;
  }
}

function groupRoom(
  file: (name: string) => string | undefined,
  { limit: limitFile, usage: usageFile, caches }: GroupFiles,
): number | undefined {
  const [limit, usage] = [Number.parseInt(file(limitFile) ?? "", 10), Number.parseInt(file(usageFile) ?? "", 10)];
  // "max" means no limit.
  if (Number.isNaN(limit) || Number.isNaN(usage)) return undefined;
  const stat = file("memory.stat") ?? "";
  const cached = caches.reduce(
    (sum, name) => sum + Number(new RegExp(`^${name} (\\d+)$`, "m").exec(stat)?.[1] ?? 0),
    0,
  );
  return Math.max(0, limit - Math.max(0, usage - cached));
}

function read(root: string, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}
