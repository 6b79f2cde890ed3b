/** The file that is learnt from: dropped anywhere on the page, or chosen; read here, and sent nowhere. */
import { useEffect } from "preact/hooks";
import type { TableFile } from "./protocol.ts";

/** It is held in memory several times over while it is encoded; the command line reads it bit by bit. */
const MOST_BYTES = 200 * 2 ** 20;

/** @returns why not, where it cannot be read: a folder, a file that is gone, or one too large for a page */
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

/** Takes a file wherever it is dropped: the browser would leave the page for it. */
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
