/** Recognises a file of an unexpected format by its first bytes. */

/** A file format, with an article, and a remedy for the user. */
export interface Content {
  readonly name: string;
  readonly remedy: string;
}

const CONVERT = "convert it to PNG or JPEG";
const UNPACK = "unpack it first";
const DOWNLOAD = "download it again: a server sent a page instead of the file";

/** Signatures in Latin-1, at offset `at`, by default 0. */
const SIGNATURES: readonly (Content & { readonly bytes: string; readonly at?: number })[] = [
  { bytes: "\x89PNG\r\n\x1a\n", name: "a PNG image", remedy: "put images into a folder a class" },
  { bytes: "\xff\xd8\xff", name: "a JPEG image", remedy: "put images into a folder a class" },
  { bytes: "GIF8", name: "a GIF image", remedy: CONVERT },
  { bytes: "BM", name: "a BMP image", remedy: CONVERT },
  { bytes: "WEBP", at: 8, name: "a WebP image", remedy: CONVERT },
  { bytes: "II*\0", name: "a TIFF image", remedy: CONVERT },
  { bytes: "MM\0*", name: "a TIFF image", remedy: CONVERT },
  { bytes: "ftypavi", at: 4, name: "an AVIF image", remedy: CONVERT },
  { bytes: "ftyp", at: 4, name: "an HEIC image or a film", remedy: CONVERT },
  { bytes: "\0\0\x01\0", name: "an icon (ICO)", remedy: CONVERT },
  { bytes: "\x93NUMPY", name: "a NumPy array (.npy)", remedy: "write it as an IDX file" },
  { bytes: "PK\x03\x04", name: "a zip archive (also .npz, .xlsx)", remedy: UNPACK },
  { bytes: "BZh", name: "bzip2 data", remedy: UNPACK },
  { bytes: "\xfd7zXZ\0", name: "xz data", remedy: UNPACK },
  { bytes: "7z\xbc\xaf\x27\x1c", name: "a 7z archive", remedy: UNPACK },
  { bytes: "\x1f\x8b", name: "gzip data", remedy: UNPACK },
  { bytes: "ustar", at: 257, name: "a tar archive", remedy: UNPACK },
  { bytes: "\x89HDF", name: "an HDF5 file", remedy: "write it as an IDX file" },
  { bytes: "%PDF", name: "a PDF", remedy: CONVERT },
  {
    bytes: "version https://git-lfs",
    name: "a pointer of Git LFS, not the file itself",
    remedy: "fetch it with `git lfs pull`",
  },
];

/** @returns undefined if the format is unknown */
export function contentOf(head: Uint8Array): Content | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 512)).toString("latin1");
  const known = SIGNATURES.find(({ bytes, at = 0 }) => text.startsWith(bytes, at));
  if (known !== undefined) return known;
  const begin = text.replace(/^(\xef\xbb\xbf)?\s*/, "").toLowerCase();
  if (begin.startsWith("<svg")) return { name: "an SVG drawing", remedy: CONVERT };
  if (/^<(!doctype|html|head|body|\?xml|!--)/.test(begin))
    return { name: "a web page (HTML or XML)", remedy: DOWNLOAD };
  return undefined;
}

/** Formats the first bytes of a file for an error. */
export function hexOf(bytes: Uint8Array): string {
  return bytes.length === 0
    ? "nothing"
    : `bytes ${Buffer.from(bytes)
        .toString("hex")
        .replace(/..(?=.)/g, "$& ")}`;
}
