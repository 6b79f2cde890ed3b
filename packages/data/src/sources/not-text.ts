/** Recognises files that are not CSV by their first bytes, and tells the user what to do. */

/** A file format, with an article, and a remedy for the user. */
export interface OtherFormat {
  readonly name: string;
  readonly remedy: string;
}

const UNPACK = "unpack it and pass the file inside";
const EXPORT = "save the table as CSV and pass that";
const CONVERT = "convert it to CSV, for example with pandas' to_csv";
const IMAGE = "images are read from IDX files, from folders a class, or as CSV of pixels";
const PAGE = "download the file itself, not the page that shows it";

const R_DATA = "an R data file (.rds, .RData)";
const WRITE_CSV = "save the table as CSV, with R's write.csv";

const latin1 = (bytes: readonly number[]): string => String.fromCharCode(...bytes);

/** First bytes, as Latin-1, and the formats that they identify. */
const MAGIC: readonly (readonly [magic: string, name: string, remedy: string])[] = [
  ["\x1f\x8b", "gzip within gzip", "unpack it once"],
  ["BZh", "a bzip2 archive", UNPACK],
  [latin1([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]), "an xz archive", UNPACK],
  [latin1([0x28, 0xb5, 0x2f, 0xfd]), "a Zstandard archive", UNPACK],
  [latin1([0x04, 0x22, 0x4d, 0x18]), "an LZ4 archive", UNPACK],
  [latin1([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), "a 7z archive", UNPACK],
  ["Rar!\x1a\x07", "a RAR archive", UNPACK],
  ["\x1f\x9d", "a .Z archive", UNPACK],
  ["PAR1", "a Parquet file", CONVERT],
  ["ARROW1\0\0", "an Arrow (Feather) file", CONVERT],
  ["FEA1", "a Feather file", CONVERT],
  ["ORC\x03", "an ORC file", CONVERT],
  ["Obj\x01", "an Avro file", CONVERT],
  ["\x89HDF\r\n\x1a\n", "an HDF5 file", CONVERT],
  ["\x93NUMPY", "a NumPy file (.npy)", "save it as text, for example with numpy.savetxt and delimiter=','"],
  ["X\n\0\0", R_DATA, WRITE_CSV],
  ["RDX2\n", R_DATA, WRITE_CSV],
  ["RDX3\n", R_DATA, WRITE_CSV],
  ["RDA2\n", R_DATA, WRITE_CSV],
  ["RDA3\n", R_DATA, WRITE_CSV],
  ["MATLAB 5.0 MAT-file", "a MATLAB file", EXPORT],
  [
    "SQLite format 3\0",
    "an SQLite database",
    "export the table as CSV: sqlite3 -header -csv FILE 'select * from TABLE'",
  ],
  [latin1([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), "an Excel file (.xls)", EXPORT],
  ["%PDF-", "a PDF", EXPORT],
  ["\x89PNG\r\n\x1a\n", "a PNG image", IMAGE],
  [latin1([0xff, 0xd8, 0xff]), "a JPEG image", IMAGE],
  ["GIF8", "a GIF image", IMAGE],
  ["RIFF", "a RIFF file (WAV, WebP, AVI)", IMAGE],
  ["\x7fELF", "a program", "pass the data"],
  ["{\\rtf", "an RTF document", EXPORT],
  [
    "version https://git-lfs.github.com/spec/",
    "a pointer of Git LFS, not the data",
    "fetch the data with git lfs pull",
  ],
];

/** Bytes to examine for the first entries of a zip archive and the mark of a tar archive. */
const LOOKED_AT = 4096;

/**
 * Recognises the format of a file that is not CSV.
 * @param head the first bytes, up to some kilobytes
 * @param path of the file, for its extension
 * @returns undefined if it may be CSV
 */
export function recogniseOtherFormat(head: Uint8Array, path: string): OtherFormat | undefined {
  const start = Buffer.from(head.subarray(0, LOOKED_AT)).toString("latin1");
  if (start.startsWith("PK\x03\x04") || start.startsWith("PK\x05\x06")) return recogniseZip(start, path);
  for (const [magic, name, remedy] of MAGIC) if (start.startsWith(magic)) return { name, remedy };
  if (isTar(start)) return { name: "a tar archive", remedy: UNPACK };
  if (/^A\n[23]\n\d{5,6}\n\d{5,6}\n/.test(start)) return { name: R_DATA, remedy: WRITE_CSV };
  if (isPickle(head)) return { name: "a pickle of Python", remedy: CONVERT };
  if (isIdx(head)) return { name: "an IDX file", remedy: "pass the directory that holds images and labels" };
  return recogniseText(start);
}

/** Recognises tar by its mark or, in the older format, by a name in 100 bytes and an octal mode. */
function isTar(start: string): boolean {
  const mode = start.slice(100, 108).replaceAll("\0", "");
  return start.startsWith("ustar", 257) || (start.slice(0, 100).endsWith("\0") && /^[0-7 ]{6,8}$/.test(mode));
}

/**
 * Recognises pickle: two bytes for the protocol (2 to 5), then an opcode that begins a frame, a container or a class.
 */
function isPickle(head: Uint8Array): boolean {
  const opcode = head[2] ?? 0;
  return (
    head[0] === 0x80 &&
    head[1] >= 2 &&
    head[1] <= 5 &&
    (opcode >= 0x80 || "(}]cK".includes(String.fromCharCode(opcode)))
  );
}

/** Recognises IDX: two zero bytes, a type, and the number of dimensions. */
function isIdx(head: Uint8Array): boolean {
  return head[0] === 0 && head[1] === 0 && head[2] >= 0x08 && head[2] <= 0x0e && head[3] >= 1 && head[3] <= 4;
}

/** Tells Office files from other zip archives, by extension in case their list of parts is not at the start. */
function recogniseZip(start: string, path: string): OtherFormat {
  if (/\.xls[xmb]$/i.test(path)) return { name: "an Excel file (.xlsx)", remedy: EXPORT };
  if (start.includes("[Content_Types].xml")) {
    const excel = start.includes("xl/") || !/word\/|ppt\//.test(start);
    return { name: excel ? "an Excel file (.xlsx)" : "an Office document", remedy: EXPORT };
  }
  if (start.includes("application/vnd.oasis.opendocument")) return { name: "an OpenDocument file", remedy: EXPORT };
  if (start.includes(".npy")) {
    return { name: "a NumPy archive (.npz)", remedy: "save its arrays as text, for example with numpy.savetxt" };
  }
  return { name: "a zip archive", remedy: UNPACK };
}

/** Recognises text formats other than CSV. */
function recogniseText(start: string): OtherFormat | undefined {
  // The text may begin with a byte order mark.
  const text = start.replace(/^\u00ef\u00bb\u00bf/, "").trimStart();
  if (/^<(!doctype html|html|head|body|script)\b/i.test(text)) return { name: "a web page (HTML)", remedy: PAGE };
  if (/^<(\?xml|!--|[a-z][\w:.-]*[\s/>])/i.test(text)) return { name: "XML", remedy: EXPORT };
  if (/^\{\s*("(?:[^"\\]|\\.)*"\s*:|\}\s*$)/.test(text) || /^\[\s*(\{\s*"|\[)/.test(text)) {
    return { name: "JSON", remedy: CONVERT };
  }
  if (/^(%[^\n\r]*[\n\r]\s*)*@relation\b/i.test(text)) {
    return {
      name: "an ARFF file",
      remedy: "save it as CSV, for example with Weka, or delete its lines down to @data and write the names there",
    };
  }
  return undefined;
}
