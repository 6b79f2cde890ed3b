import { truncateSync } from "node:fs";
import { readTable } from "@scratch-nn/data";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../support/cells.ts";
import { writeTable } from "../support/tables.ts";

describe("rows at fault in a huge table are refused:", () => {
  it("a quote that never closes, in the time that it takes to read so far", async () => {
    // If the reader started again from each line, this would take minutes.
    const text = `label,x\n0,"1\n${"0,1\n".repeat(2_000_000)}`;
    expect(await refusalOf(text)).toMatch(/train\.csv:2:2: expected a closing quote/);
  });

  it("a row longer than 64 MiB, before it is all in memory", async () => {
    expect(await refusalOf(Buffer.concat([Buffer.from("a,b\n1,2\n1,"), Buffer.alloc(70 << 20, "9")]))).toMatch(
      /train\.csv:3: expected rows of at most 67108864 bytes, found one that is longer/,
    );
    expect(await refusalOf(Buffer.alloc(70 << 20, "9"))).toMatch(/train\.csv:1: expected rows of at most/);
  });

  it("a gigabyte without a line end, of which no more is read than it takes to see that", async () => {
    const path = writeTable("");
    truncateSync(path, 2 ** 30);
    let read = 0;
    const onProgress = ({ done }: { readonly done: number }): void => {
      read = done;
    };
    await expect(readTable(path, { onProgress })).rejects.toThrow(/:1: expected text, found a NUL byte at byte 0;/);
    expect(read).toBeLessThan(2 ** 27);
  });
});
