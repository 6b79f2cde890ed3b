import { writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { jobNamed } from "../../bench/jobs/jobs.ts";
import { findPackages, findPython, PeerFolder } from "../../bench/peers/install.ts";
import { Peer } from "../../bench/peers/peer.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const JOB = jobNamed("784-16-10:32")!;

function script(code: string): readonly string[] {
  const path = join(temporaryFolder(), "peer.cjs");
  writeFileSync(path, code);
  return [process.execPath, path];
}

describe("a peer", () => {
  it("is told jobs, and answers with its speed", async () => {
    const peer = await Peer.start({
      name: "one",
      threads: 2,
      command: script(`console.log(JSON.stringify("1.2 " + process.env.OMP_NUM_THREADS));
        require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
          const { layers, batchSize } = JSON.parse(line);
          console.log(layers[1] * batchSize);
        });`),
    });
    expect(peer?.version).toBe("1.2 2");
    expect(await peer!.speedOf(JOB)).toBe(512);
    expect(await peer!.speedOf(JOB)).toBe(512);
    peer!.end();
  });

  it("that ends in the middle of a job, or does not start, gives no speed", async () => {
    const command = script('console.log("1"); process.stdin.once("data", () => process.exit(1));');
    const peer = await Peer.start({ name: "dies", threads: 1, command });
    expect(await peer!.speedOf(JOB)).toBeUndefined();
    expect(await peer!.speedOf(JOB)).toBeUndefined();
    expect(await Peer.start({ name: "no library", threads: 1, command: script("process.exit(1)") })).toBeUndefined();
    const none = join(temporaryFolder(), "no-such-program");
    expect(await Peer.start({ name: "no program", threads: 1, command: [none] })).toBeUndefined();
  });
});

describe("a peer's library", () => {
  afterEach(() => {
    delete process.env["SCRATCH_NN_PEERS"];
  });

  it("is found in the folder that is named, and not installed where that is not wanted", async () => {
    process.env["SCRATCH_NN_PEERS"] = temporaryFolder();
    const folder = await PeerFolder.open();
    const packages = ["@somebody/net@1.0.0"];
    expect(await findPackages(folder, packages, false)).toEqual({ missing: "not installed" });
    const path = join(folder.path, "somebody-net");
    const installed = join(path, "node_modules", "@somebody", "net");
    await mkdir(installed, { recursive: true });
    await writeFile(join(installed, "package.json"), "{}");
    expect(await findPackages(folder, packages, false)).toBe(path);
    const none = join(folder.path, "no-such-python");
    const library = { module: "sklearn", distribution: "scikit-learn" };
    expect(await findPython(folder, none, library, true)).toEqual({ missing: `no Python at ${none}` });
  });
});
