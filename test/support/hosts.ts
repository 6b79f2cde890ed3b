/**
 * Simulates hosts on this machine. Each has its own network, processes, hostname and shared memory, and an sshd that
 * accepts a key made for it; a bridge joins them. All are children of one process that ends with the test, however the
 * test ends. The system then kills their processes and removes the networks.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Launcher, start, trainCommand } from "./mpi.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const NETWORK = "10.77.0";
const addressOf = (host: number): string => `${NETWORK}.${host}`;

/** The address of the bridge, from which the test connects. */
const WIRE = addressOf(254);

const UNSHARE = ["unshare", "--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"];

/** Creates the bridge, starts the hosts, and runs until its input ends. */
const SCRIPT = `set -e
folder=$1; hosts=$2
mount -t tmpfs tmpfs /run
mkdir /run/sshd /run/netns
ip link set lo up
ip link add wire type bridge
ip addr add ${WIRE}/24 dev wire
ip link set wire up
for n in $(seq $hosts); do
  ip netns add host$n
  ip link add port$n type veth peer name eth0 netns host$n
  ip link set port$n master wire up
  ip -n host$n addr add ${NETWORK}.$n/24 dev eth0
  ip -n host$n link set lo up
  ip -n host$n link set eth0 up
  ip netns exec host$n unshare --uts --ipc --pid --mount-proc --fork --kill-child sh -c '
    hostname $1; mount -t tmpfs tmpfs /dev/shm; exec "$2" -D -e -f "$3"/sshd_config -o ListenAddress=$4 -o PidFile=none
  ' host host$n "$(command -v sshd)" "$folder" ${NETWORK}.$n &
  echo $! > "$folder/host$n.pid"
done
cat > /dev/null`;

/** Tests for the privileges that the script needs. */
const PROBE = `set -e
mount -t tmpfs tmpfs /run
mkdir /run/netns
ip netns add host
ip link add wire type bridge
ip link add port type veth peer name eth0 netns host
ip netns exec host unshare --uts --ipc --pid --mount-proc --fork true`;

const ENV = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

/** @returns what is missing; undefined if hosts can be simulated */
function missing(): string | undefined {
  if (process.platform !== "linux") return "Linux";
  if (process.getuid?.() !== 0) return "root";
  const programs = ["ip", "sshd", "ssh", "ssh-keygen", "unshare", "nsenter"];
  const absent = programs.find((name) => spawnSync("sh", ["-c", `command -v ${name}`], { env: ENV }).status !== 0);
  if (absent !== undefined) return absent;
  // Without PAM, sshd allows no login to a locked account.
  if (/^root:!/m.test(readFileSync("/etc/shadow", "utf8"))) return "root account that is not locked";
  const [program, ...args] = [...UNSHARE, "sh", "-c", PROBE];
  return spawnSync(program, args, { env: ENV }).status === 0 ? undefined : "networks of its own (ip netns)";
}

const lacks = missing();
if (lacks !== undefined) process.stderr.write(`no ${lacks} here: what needs several hosts is skipped\n`);

export const canHaveHosts = lacks === undefined;

export interface Hosts {
  /**
   * Runs `train` with one rank per host, by the launcher on the first.
   * @param variables the environment of all ranks
   */
  train(launcher: Launcher, flags: readonly string[], variables?: Variables): ReturnType<typeof start>;
  /** Takes a host off the bridge, then kills it: the others receive nothing more from it, not even that it ends. */
  vanish(host: number): void;
}

type Variables = Readonly<Record<string, string>>;

/** Environment variables that the ranks need, since there is no login on a host to set them. */
const FORWARDED: Variables = {
  OMPI_ALLOW_RUN_AS_ROOT: "1",
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  ...(process.env["NODE_COMPILE_CACHE"] && { NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] }),
};

/** Starts this many hosts, until the end of the test. */
export async function startHosts(count: number): Promise<Hosts> {
  const folder = temporaryFolder();
  writeKeys(folder);
  const [program, ...args] = [...UNSHARE, "sh", "-c", SCRIPT, "sh", folder, String(count)];
  const child = spawn(program, args, { stdio: ["pipe", "ignore", "pipe"], env: ENV });
  onTestFinished(async () => {
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  });
  await listening(child, count);
  const first = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim();
  /** Wraps a command so that it runs in the bridge's network. */
  const onWire = (command: readonly string[]): string[] => ["nsenter", "--target", first, "--all", ...command];
  const run = (command: readonly string[]): void => {
    const [file, ...rest] = onWire(command);
    const { status, stderr } = spawnSync(file, rest, { encoding: "utf8", env: ENV });
    if (status !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  };
  return {
    train(launcher, flags, variables = {}) {
      const env = { ...FORWARDED, ...variables };
      const settings = Object.entries(env).map(([name, value]) => `${name}=${value}`);
      const command = [...launcherOn(count, launcher, folder, Object.keys(env)), ...trainCommand(flags)];
      const remote = ["env", ...settings, ...command].map(quoted).join(" ");
      return start(onWire([join(folder, "ssh"), addressOf(1), remote]));
    },
    vanish(host) {
      run(["ip", "link", "set", `port${host}`, "down"]);
      run(["kill", "-KILL", readFileSync(join(folder, `host${host}.pid`), "utf8").trim()]);
    },
  };
}

/**
 * The launcher's command line for one process on each host. It uses addresses, since no name server knows the hosts.
 */
function launcherOn(count: number, { name, command, args }: Launcher, folder: string, variables: string[]): string[] {
  const hosts = Array.from({ length: count }, (_, i) => addressOf(i + 1));
  const ssh = join(folder, "ssh");
  const network = `${NETWORK}.0/24`;
  if (name === "MPICH") return [command, "-hosts", hosts.join(","), "-n", String(count), "-launcher-exec", ssh];
  return [
    ...[command, ...args, "--host", hosts.join(","), "-n", String(count), "--mca", "plm_rsh_agent", ssh],
    ...["--mca", "btl_tcp_if_include", network, "--mca", "oob_tcp_if_include", network],
    // Declares a silent host lost after some seconds rather than eight minutes.
    ...["--mca", "oob_tcp_keepalive_time", "2", "--mca", "oob_tcp_keepalive_intvl", "1"],
    ...["--mca", "oob_tcp_keepalive_probes", "2"],
    ...variables.flatMap((variable) => ["-x", variable]),
  ];
}

/** Writes a key for the hosts, and an `ssh` that uses this key and none of this machine's settings. */
function writeKeys(folder: string): void {
  const at = (name: string): string => join(folder, name);
  const { status, stderr } = spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", at("key")]);
  if (status !== 0) throw new Error(String(stderr));
  copyFileSync(at("key.pub"), at("authorized_keys"));
  const daemon = [`HostKey ${at("key")}`, `AuthorizedKeysFile ${at("authorized_keys")}`];
  writeFileSync(at("sshd_config"), [...daemon, "StrictModes no", "UsePAM no", "PermitRootLogin yes", ""].join("\n"));
  const client = [`IdentityFile ${at("key")}`, "IdentitiesOnly yes", "StrictHostKeyChecking no", "LogLevel ERROR"];
  writeFileSync(at("ssh_config"), [...client, "UserKnownHostsFile /dev/null", ""].join("\n"));
  writeFileSync(at("ssh"), `#!/bin/sh\nexec ssh -F ${at("ssh_config")} "$@"\n`);
  chmodSync(at("ssh"), 0o755);
}

/** Waits until this many hosts accept connections. */
function listening(child: ChildProcess, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr!.on("data", (text) => {
      said += text;
      if (said.split("Server listening").length > count) resolve();
    });
    child.once("exit", () => reject(new Error(`no hosts: ${said}`)));
  });
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
