/** How much memory a run may take, as the kernel and the container's limits have it. */
import { readFileSync } from "node:fs";
import { freemem } from "node:os";
import { dirname, join } from "node:path";

export interface AvailableMemory {
  /** Swap is not counted. */
  readonly bytes: number;
  /** False where the system only says what is free, with what caches would give back left out. */
  readonly isSure: boolean;
}

/** The names that the two versions of control groups have for the same. */
interface GroupFiles {
  /** Where the groups are mounted. */
  readonly mount: string;
  /** Of the line in /proc/self/cgroup that names this process's group. */
  readonly line: RegExp;
  readonly limit: string;
  readonly usage: string;
  /** Of memory.stat: pages of files, which are given back when somebody wants them. */
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
 * The least of what the machine has and what the process's control groups leave; memory that holds cached pages of
 * files counts as free in both.
 * @param root what stands for /
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

/** Of the process's group and those around it: each has a limit of its own. */
function groupRooms(root: string, version: GroupFiles): (number | undefined)[] {
  const path = version.line.exec(read(root, "proc/self/cgroup") ?? "")?.[1];
  if (path === undefined) return [];
  const rooms: (number | undefined)[] = [];
  // Seen from inside a container, the path may lead out of what is mounted there: the mount itself is its group then.
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
  // "max": there is none.
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
