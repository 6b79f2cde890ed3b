/** Reads the file to train on, which the user drops anywhere on the page or chooses. It is not sent anywhere. */
import { useEffect } from "preact/hooks";
import type { TableFile } from "./protocol.ts";

/** The page holds several copies of the file in memory while encoding it; the command line reads a file in parts. */
const MOST_BYTES = 200 * 2 ** 20;

/** @returns the reason if it cannot be read: a folder, a file that no longer exists, or one too large for a page */
export async function readFile(file: File): Promise<TableFile | string> {
  const { name, size } = file;
  if (size > MOST_BYTES) {
    const megabytes = Math.ceil(size / 2 ** 20).toLocaleString("en");
    return `${name} has ${megabytes} MB, and a page takes up to 200: train on it on the command line.`;
  }
  try {
    return { name, bytes: new Uint8Array(await file.arrayBuffer()) };
  } catch (error) {
    return `${name} cannot be read (${(error as Error).message}): choose a file with a table in it.`;
  }
}

/** Accepts a file dropped anywhere on the page. By default, the browser would leave the page and open the file. */
export function useDroppedFiles(onFile: (file: File) => void): void {
  useEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file !== undefined) onFile(file);
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  });
}
