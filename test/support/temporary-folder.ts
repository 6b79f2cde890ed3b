import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "scratch-nn-"));
const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = newFolder();
  onTestFinished(() => remove(folder));
  return folder;
}

/**
 * For a file of tests that begin with the same work: it is done once, when the first of them asks for it.
 * @param fill puts into a folder what is wanted there
 * @returns makes a copy of that folder, gone after the test
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
