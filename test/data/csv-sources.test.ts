import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, openSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { deflateRawSync, gzipSync } from "node:zlib";
import { readTable } from "@scratch-nn/data";
import { describe, expect, it, onTestFinished } from "vitest";
import { cellsOf, cellsOfText, refusalOf } from "../support/cells.ts";
import { writeTable } from "../support/tables.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PRINT_TABLE = fileURLToPath(new URL("../support/print-table.ts", import.meta.url));
const TEXT = "label,x\n0,1.5\n1,2.5\n";
const CELLS = [
  [0, 1.5],
  [1, 2.5],
];

/** Starts a process that reads a table. @param input its standard input */
function reading(path: string, input: "pipe" | number = "pipe"): ChildProcess {
  const child = spawn(process.execPath, [PRINT_TABLE, path], { stdio: [input, "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** The result that such a process prints. */
async function answerOf(child: ChildProcess): Promise<{ where?: string; cells?: unknown; error?: string }> {
  const said = await text(child.stdout!);
  return JSON.parse(said.split("\n")[1]);
}

function makeFifo(): string {
  const path = join(temporaryFolder(), "fifo");
  execFileSync("mkfifo", [path]);
  return path;
}

describe("a table from standard input", () => {
  it.each(["-", "/dev/stdin"])("is read from a pipe, called %s", async (path) => {
    const child = reading(path);
    child.stdin!.end(TEXT);
    expect(await answerOf(child)).toEqual({ where: "standard input", cells: CELLS });
  });

  it("may come in parts, gzipped, and begin with a byte", async () => {
    const child = reading("-");
    const bytes = gzipSync(TEXT);
    child.stdin!.write(bytes.subarray(0, 1));
    await once(child.stdout!, "readable");
    child.stdin!.end(bytes.subarray(1));
    expect(await answerOf(child)).toMatchObject({ cells: CELLS });
  });

  it("is read from a file", async () => {
    expect(await answerOf(reading("-", openSync(writeTable(TEXT), "r")))).toMatchObject({ cells: CELLS });
  });

  it("is refused where that is a device, or empty", async () => {
    expect(await answerOf(reading("-", openSync("/dev/zero", "r")))).toMatchObject({
      error: expect.stringMatching(/^standard input: expected a file or a pipe, found a device;/),
    });
    const child = reading("-");
    child.stdin!.end();
    expect(await answerOf(child)).toMatchObject({
      error: expect.stringMatching(/^standard input: .*found an empty file/),
    });
  });
});

describe("a table from a FIFO", () => {
  it("is read as it comes", async () => {
    const path = makeFifo();
    const child = reading(path);
    const writer = createWriteStream(path);
    for (let r = 0; r < 3; r++) writer.write(r === 0 ? "label,x\n" : `${r},${r}\n`);
    writer.end();
    expect(await answerOf(child)).toEqual({
      where: path,
      cells: [
        [1, 1],
        [2, 2],
      ],
    });
  });

  it("to which nobody writes leaves the process to SIGINT", async () => {
    const child = reading(makeFifo());
    await once(child.stdout!, "data");
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
  });

  it("to which nobody writes ends when the caller says so", async () => {
    const abort = new AbortController();
    const attempt = readTable(makeFifo(), { signal: abort.signal });
    const reason = new Error("enough");
    setImmediate(() => abort.abort(reason));
    await expect(attempt).rejects.toBe(reason);
  });

  it("of a shell's process substitution is read", async () => {
    const table = writeTable(TEXT);
    const said = execFileSync("bash", ["-c", `"$0" "$1" <(cat "$2")`, process.execPath, PRINT_TABLE, table], {
      encoding: "utf8",
    });
    expect(JSON.parse(said.split("\n")[1]).cells).toEqual(CELLS);
  });
});

describe("a table from a file", () => {
  it("may be gzipped, in several members, whatever its name is", async () => {
    expect(await cellsOfText(gzipSync(TEXT))).toEqual(CELLS);
    expect(await cellsOfText(Buffer.concat([gzipSync("label,x\n0,1"), gzipSync(""), gzipSync(".5\n1,2.5\n")]))).toEqual(
      CELLS,
    );
  });

  it("may be a link", async () => {
    const path = join(temporaryFolder(), "link.csv");
    symlinkSync(writeTable(TEXT), path);
    expect(cellsOf(await readTable(path))).toEqual(CELLS);
  });

  it("tells of its progress in bytes of the file", async () => {
    const packed = gzipSync(`label,x\n${"0,1.5\n".repeat(500_000)}`);
    const told: { done: number; total: number | undefined }[] = [];
    await readTable(writeTable(packed), { onProgress: (progress) => told.push(progress) });
    expect(told.at(-1)).toEqual({ done: packed.length, total: packed.length });
  });

  it("ends when the caller says so", async () => {
    const abort = new AbortController();
    const path = writeTable(`label,x\n${"0,1.5\n".repeat(2_000_000)}`);
    const onProgress = (): void => abort.abort();
    await expect(readTable(path, { onProgress, signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
    await expect(readTable(path, { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("ends when its cells are more than the caller has room for", async () => {
    const path = writeTable(`label,x\n${"0,1.5\n".repeat(500_000)}`);
    const full = new Error("full");
    const onGrow = (bytes: number): void => {
      if (bytes > 1e6) throw full;
    };
    await expect(readTable(path, { onGrow, threads: 2 })).rejects.toBe(full);
  });

  it("is refused where gzip data are cut short or damaged", async () => {
    const packed = gzipSync(
      `label,x\n${Array.from({ length: 10_000 }, (_, r) => `${r % 2},${Math.sin(r)}`).join("\n")}\n`,
    );
    expect(await refusalOf(packed.subarray(0, packed.length - 20))).toMatch(
      /expected a whole gzip file, found one that is cut short/,
    );
    const damaged = Buffer.from(packed);
    damaged.fill(0, 40_000, 40_100);
    expect(await refusalOf(damaged)).toMatch(/expected a whole gzip file, found damaged data/);
  });

  it.each([
    ["a directory", temporary],
    ["a device", () => "/dev/zero"],
    ["nothing at that path", () => join(temporary(), "nowhere.csv")],
    ["links that lead to each other", linkToItself],
  ])("is refused where there is %s", async (found, pathOf) => {
    const message = expect.stringMatching(new RegExp(`found ${found}(?!.*(E\\w+: )\\1)`));
    await expect(readTable(pathOf())).rejects.toMatchObject({ message });
  });

  it("is refused where there is a socket", async () => {
    const path = join(temporaryFolder(), "socket");
    const server = createServer().listen(path);
    onTestFinished(() => void server.close());
    await once(server, "listening");
    await expect(readTable(path)).rejects.toThrow(/expected a file or a pipe, found a socket/);
  });
});

function temporary(): string {
  const path = join(temporaryFolder(), "folder.csv");
  mkdirSync(path);
  return path;
}

function linkToItself(): string {
  const path = join(temporaryFolder(), "loop.csv");
  symlinkSync(path, path);
  return path;
}

/** The first bytes of a zip archive: the header and the content of its first entry. */
function zip(name: string, content = TEXT): Buffer {
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(8, 8);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name), deflateRawSync(content)]);
}

const bytes = (...values: number[]): Buffer => Buffer.concat([Buffer.from(values), Buffer.alloc(64, 0x41)]);

describe("what is no table is named, with what to do:", () => {
  it.each([
    ["a zip archive", zip("iris.csv"), "unpack it"],
    ["an Excel file (.xlsx)", zip("[Content_Types].xml"), "save the table as CSV"],
    ["an OpenDocument file", zip("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), "save the table as CSV"],
    ["a NumPy archive (.npz)", zip("x.npy"), "numpy.savetxt"],
    ["a bzip2 archive", Buffer.from("BZh91AY&SY"), "unpack it"],
    ["an xz archive", bytes(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), "unpack it"],
    ["a Zstandard archive", bytes(0x28, 0xb5, 0x2f, 0xfd), "unpack it"],
    ["a 7z archive", bytes(0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c), "unpack it"],
    ["a tar archive", Buffer.concat([Buffer.from("iris.csv".padEnd(257, "\0")), Buffer.from("ustar\0")]), "unpack it"],
    [
      "a tar archive",
      gzipSync(Buffer.concat([Buffer.from("iris.csv".padEnd(257, "\0")), Buffer.from("ustar\0")])),
      "unpack it",
    ],
    ["a tar archive", Buffer.from(`${"iris.csv".padEnd(100, "\0")}0000644\0`.padEnd(512, "\0")), "unpack it"],
    ["an R data file (.rds, .RData)", gzipSync(Buffer.from("X\n\0\0\0\x03\0\x04\x02\0")), "write.csv"],
    ["an R data file (.rds, .RData)", gzipSync("RDX3\nX\n\0\0\0\x03"), "write.csv"],
    ["an R data file (.rds, .RData)", gzipSync("A\n3\n262657\n197888\n5\nUTF-8\n"), "write.csv"],
    ["gzip within gzip", gzipSync(gzipSync(TEXT)), "unpack it"],
    ["a Parquet file", Buffer.from("PAR1\x15\x04"), "pandas' to_csv"],
    ["an HDF5 file", bytes(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a), "pandas' to_csv"],
    ["a NumPy file (.npy)", bytes(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59), "numpy.savetxt"],
    ["a pickle of Python", bytes(0x80, 4, 0x95), "pandas' to_csv"],
    ["an SQLite database", Buffer.from("SQLite format 3\0"), "sqlite3"],
    ["an Excel file (.xls)", bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), "save the table as CSV"],
    ["a PDF", Buffer.from("%PDF-1.7\n"), "save the table as CSV"],
    ["a PNG image", bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), "folders a class"],
    ["a JPEG image", bytes(0xff, 0xd8, 0xff, 0xe0), "folders a class"],
    ["an IDX file", bytes(0, 0, 8, 3, 0, 0, 0, 1), "pass the directory"],
    ["a web page (HTML)", Buffer.from("\n<!DOCTYPE html>\n<html><body>a,b\n"), "download the file itself"],
    ["a web page (HTML)", Buffer.from("\ufeff<html>", "utf16le"), "download the file itself"],
    ["XML", Buffer.from('<?xml version="1.0"?>\n<rows/>\n'), "save the table as CSV"],
    ["JSON", Buffer.from('[{"x": 1}, {"x": 2}]'), "to_csv"],
    ["JSON", Buffer.from('{"x": 1, "y": 2}\n{"x": 2, "y": 3}\n'), "to_csv"],
    ["an ARFF file", Buffer.from("% iris\n\n@RELATION iris\n@attribute x numeric\n@data\n1\n"), "@data"],
    ["a pointer of Git LFS, not the data", Buffer.from("version https://git-lfs.github.com/spec/v1\n"), "git lfs pull"],
    ["the format of libsvm (index:value)", Buffer.from("1 1:0.5 3:0.25\n0 1:1.5 2:0.75\n"), "load_svmlight_file"],
  ])("%s", async (found, content, remedy) => {
    const message = await refusalOf(content);
    expect(message).toContain(`found ${found}; `);
    expect(message).toContain(remedy);
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  it("and nothing is quoted from a file that a terminal would obey", async () => {
    expect(await refusalOf('a,b\n1,2\n"\x1b[31m"\x1b[0m,3\n')).toMatch(/found "\\u001b\[0m,3"/);
    expect(await refusalOf("a;b\n1,5;2\n1.5;\x1b[31m\n")).not.toContain("\x1b");
  });
});
