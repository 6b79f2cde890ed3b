/** Runs a job with any kernels on a simulated machine with faulty WebAssembly. */
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";
import { ALONE, train, trainJson } from "./train-cli.ts";

const SABOTEUR = fileURLToPath(new URL("./kernel-saboteur.ts", import.meta.url));
export const JOB = ["--examples", "600", "--epochs", "2", "--hidden", "20", "--batch-size", "64"];

let plain: Promise<string> | undefined;

/** The digest of the weights that the job ends with under the kernels that define the correct bits. */
export function weightsOfPlain(): Promise<string> {
  plain ??= trainJson([...JOB, "--kernels", "plain", ...ALONE], { cwd: temporaryFolder() }).then(
    ({ weightsSha256 }) => weightsSha256,
  );
  return plain;
}

/** The fault (see `kernel-saboteur.ts`), the kernels requested, the kernels used instead, and the expected messages. */
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
