/** Describes the machine that gave the figures, and what disturbs the measurements. */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** Whether two of the cores may be threads of one physical core; undefined if the system does not say. */
  readonly smt: boolean | undefined;
  /** The cores that the control group may use at a time; undefined if there is no limit. */
  readonly quota: number | undefined;
  /** The load average of the last minute: processes that ran or were ready to run. */
  readonly load: number;
}

export function machine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    node: process.versions.node,
    smt: smt(),
    quota: quota(),
    load: loadavg()[0],
  };
}

export function describeMachine(): string {
  const { processor, cores, node } = machine();
  return `${processor}, ${cores} cores, Node ${node}`;
}

/** Finds conditions that make the figures less reliable. @returns a sentence for each */
export function disturbances({ cores, smt: hasSmt, quota: most, load }: Machine): string[] {
  const said: string[] = [];
  if (load > 0.3) said.push(`noisy: ${load.toFixed(1)} processes ran already, on average over the last minute`);
  if (most !== undefined && most < cores) said.push(`the control group may use ${most} of ${cores} cores`);
  if (hasSmt === true) said.push("two of the cores may be threads of one: twice as many are not twice as fast");
  return said;
}

function smt(): boolean | undefined {
  const text = read("/sys/devices/system/cpu/smt/active");
  return text === undefined ? undefined : text.trim() === "1";
}

/** Reads the CPU quota of cgroup v2, then of v1. */
function quota(): number | undefined {
  const [most, period] = (read("/sys/fs/cgroup/cpu.max") ?? "").trim().split(" ").map(Number);
  if (most > 0 && period > 0) return most / period;
  const old = Number(read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us") ?? -1);
  const oldPeriod = Number(read("/sys/fs/cgroup/cpu/cpu.cfs_period_us") ?? 0);
  return old > 0 && oldPeriod > 0 ? old / oldPeriod : undefined;
}

/** @returns undefined if the system has no such file */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
