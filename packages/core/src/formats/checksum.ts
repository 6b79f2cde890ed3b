/** CRC-32 as in zlib, PNG and Ethernet. It detects damage by a disk or a copy, but not forgery. */

const POLYNOMIAL = 0xedb88320;

/** Computes the checksum of each byte value. */
function tableOf(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    return crc;
  });
}

/** @param parts the bytes, in consecutive parts */
export function crc32(parts: readonly Uint8Array[]): number {
  const table = tableOf();
  let crc = 0xffffffff;
  for (const bytes of parts) {
    for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]) & 0xff];
  }
  return ~crc >>> 0;
}
