import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { InputError } from "@scratch-nn/core";
import { openDataset } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { idx, someImages, writeIdxFolder } from "../support/idx-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe.each([{ gzip: false }, { gzip: true }])("IDX files, %j,", ({ gzip }) => {
  const name = (part: string): string => `${part}-ubyte${gzip ? ".gz" : ""}`;

  it("are read into shared memory, training part first", async () => {
    const dataset = await openDataset(writeIdxFolder(temporaryFolder(), { gzip }));
    expect(dataset.X.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(dataset).toMatchObject({ inputs: 16, classes: ["0", "1", "2", "3", "4"] });
    expect([...dataset.train]).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect([...dataset.test]).toEqual(Array.from({ length: 10 }, (_, i) => 30 + i));
    expect([...dataset.X.subarray(16 * 29, 16 * 29 + 3)]).toEqual([203, 204, 205]);
    expect([...dataset.X.subarray(16 * 31, 16 * 31 + 3)]).toEqual([7, 8, 9]);
    expect([...dataset.labels.subarray(28, 33)]).toEqual([3, 4, 0, 1, 2]);
  });

  it("give the first --examples, and the whole test set", async () => {
    const dataset = await openDataset(writeIdxFolder(temporaryFolder(), { gzip }), { examples: 12 });
    expect([dataset.train.length, dataset.test.length]).toEqual([12, 10]);
    expect([...dataset.X.subarray(16 * 12, 16 * 12 + 2)]).toEqual([0, 1]);
  });

  it("without a test set are split", async () => {
    const dataset = await openDataset(writeIdxFolder(temporaryFolder(), { gzip, test: 0 }), { testFraction: 0.5 });
    expect([dataset.train.length, dataset.test.length]).toEqual([15, 15]);
  });

  const faults: readonly [what: string, harm: (folder: string) => void, message: RegExp][] = [
    [
      "images cut short",
      (folder) => {
        const path = join(folder, name("train-images-idx3"));
        if (gzip) writeFileSync(path, gzipSync(gunzipSync(readFileSync(path)).subarray(0, 300)));
        else truncateSync(path, 300);
      },
      /train-images-idx3-ubyte(\.gz)?: expected .*bytes.*cut short/,
    ],
    [
      "images with something more",
      (folder) => {
        const path = join(folder, name("train-images-idx3"));
        if (gzip) writeFileSync(path, gzipSync(Buffer.concat([gunzipSync(readFileSync(path)), Buffer.alloc(3)])));
        else appendFileSync(path, "abc");
      },
      /train-images-idx3-ubyte(\.gz)?: .*something more/,
    ],
    [
      "a wrong magic number",
      (folder) => {
        const bytes = idx([30, 4, 4], new Uint8Array(480), 0x01000803);
        writeFileSync(join(folder, name("train-images-idx3")), gzip ? gzipSync(bytes) : bytes);
      },
      /train-images.*expected an IDX file, which begins with two zero bytes, found bytes 01 00 08 03/,
    ],
    [
      "counts that differ",
      (folder) => {
        const bytes = someImages(29, 4, 5).labels;
        writeFileSync(join(folder, name("train-labels-idx1")), gzip ? gzipSync(bytes) : bytes);
      },
      /train-labels.*expected 30 labels.*found 29/,
    ],
    [
      "a header cut short",
      (folder) => {
        const bytes = Buffer.from([0, 0, 8]);
        writeFileSync(join(folder, name("t10k-labels-idx1")), gzip ? gzipSync(bytes) : bytes);
      },
      /t10k-labels.*expected an IDX header of 8 bytes, found 3 bytes/,
    ],
    [
      "a test class that training has not",
      (folder) => {
        const bytes = idx([10], Uint8Array.of(0, 1, 2, 3, 4, 5, 0, 0, 0, 0));
        writeFileSync(join(folder, name("t10k-labels-idx1")), gzip ? gzipSync(bytes) : bytes);
      },
      /t10k-labels.*expected classes seen in training, 0 to 4, found 5/,
    ],
    [
      "one class only",
      (folder) => {
        for (const [part, count] of [
          ["train", 30],
          ["t10k", 10],
        ] as const) {
          const bytes = idx([count], new Uint8Array(count));
          writeFileSync(join(folder, name(`${part}-labels-idx1`)), gzip ? gzipSync(bytes) : bytes);
        }
      },
      /expected examples of at least two classes, found only "0"/,
    ],
    [
      "labels missing",
      (folder) => rmSync(join(folder, name("train-labels-idx1"))),
      /expected both images and labels.*found only .*train-images/,
    ],
  ];
  it.each(faults)("%s: refused", async (_, harm, message) => {
    const folder = writeIdxFolder(temporaryFolder(), { gzip });
    harm(folder);
    const attempt = openDataset(folder);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toBeInstanceOf(InputError);
  });
});

describe("gzip", () => {
  it("cut short is refused by name", async () => {
    const folder = writeIdxFolder(temporaryFolder(), { gzip: true });
    const path = join(folder, "train-images-idx3-ubyte.gz");
    writeFileSync(path, readFileSync(path).subarray(0, 60));
    await expect(openDataset(folder)).rejects.toThrow(
      /train-images-idx3-ubyte\.gz: expected a whole gzip file, found one that is cut short/,
    );
  });

  it("damaged is refused by name", async () => {
    const folder = writeIdxFolder(temporaryFolder(), { gzip: true });
    const path = join(folder, "train-labels-idx1-ubyte.gz");
    const bytes = readFileSync(path);
    bytes[bytes.length - 6] ^= 0xff;
    writeFileSync(path, bytes);
    await expect(openDataset(folder)).rejects.toThrow(
      /train-labels-idx1-ubyte\.gz: expected a whole gzip file, found damaged data/,
    );
  });
});
