/** A job of the command by whatever kernels, and WebAssembly that something is wrong with. */
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";
import { ALONE, train, trainJson } from "./train-cli.ts";

const SABOTEUR = fileURLToPath(new URL("./kernel-saboteur.ts", import.meta.url));
export const JOB = ["--examples", "600", "--epochs", "2", "--hidden", "20", "--batch-size", "64"];

let plain: Promise<string> | undefined;

/** The weights that the job ends with, by the kernels that define them. */
export function weightsOfPlain(): Promise<string> {
  plain ??= trainJson([...JOB, "--kernels", "plain", ...ALONE], { cwd: temporaryFolder() }).then(
    ({ weightsSha256 }) => weightsSha256,
  );
  return plain;
}

/** A sabotage (`kernel-saboteur.ts`), the kernels asked for, those that are used instead, and what is said. */
export type Sabotage = readonly [sabotage: string, asked: string, used: string, says: readonly RegExp[]];

export async function expectFallback([sabotage, asked, used, says]: Sabotage): Promise<void> {
  const cwd = temporaryFolder();
  const args = [...JOB, "--workers", "2", "--json"];
  const sabotaged = await train([...args, "--kernels", asked], {
    cwd,
    env: { SABOTAGE: sabotage },
    nodeOptions: ["--import", SABOTEUR],
  });
  expect(sabotaged.code).toBe(0);
  for (const sentence of says) expect(sabotaged.stderr).toMatch(sentence);
  const { kernels, weightsSha256 } = JSON.parse(sabotaged.stdout);
  expect(kernels).toBe(used);
  expect(weightsSha256).toBe(await weightsOfPlain());
}
