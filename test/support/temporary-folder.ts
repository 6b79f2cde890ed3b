import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "scratch-nn-"));
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Creates a folder that is deleted after the test. */
export function temporaryFolder(): string {
  const folder = newFolder();
  onTestFinished(() => remove(folder));
  return folder;
}

/**
 * Shares preparatory work between the tests of a file: it is done once, when the first of them needs it.
 * @param fill prepares the content of a folder
 * @returns a function that copies the folder; each copy is deleted after its test
 */
export function copiesOf(fill: (folder: string) => Promise<unknown>): () => Promise<string> {
  let filled: Promise<string> | undefined;
  afterAll(async () => {
    if (filled !== undefined) remove(await filled);
  });
  const fillOnce = async (): Promise<string> => {
    const folder = newFolder();
    await fill(folder);
    return folder;
  };
  return async () => {
    filled ??= fillOnce();
    const copy = temporaryFolder();
    cpSync(await filled, copy, { recursive: true });
    return copy;
  };
}
