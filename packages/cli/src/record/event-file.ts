/**
 * TensorBoard's event file format: a sequence of records, each an Event.
 *
 * Framing: github.com/tensorflow/tensorflow, tensorflow/core/lib/io/record_writer.h. A record is its length (uint64,
 * little-endian), the masked checksum of these 8 bytes, the bytes, and their masked checksum. Messages:
 * tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto.
 */
import { PbfWriter } from "pbf";

/** CRC-32C (Castagnoli), reflected: RFC 3720, appendix B.4. Node's zlib uses another polynomial. */
const POLYNOMIAL = 0x82f63b78;

const OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
  return sum;
});

export function crc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = OF_BYTE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** Masks a checksum as the format requires: the CRC of data that contain their own CRC is not meaningful. */
function masked(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

export type EventContent =
  | { readonly kind: "version" }
  /** Marks existing events of this step and later ones as invalid: they belong to a lost part of the run. */
  | { readonly kind: "start" }
  | { readonly kind: "scalars"; readonly scalars: ReadonlyMap<string, number> };

export interface RunEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly content: EventContent;
}

/** @returns the bytes to append to a file */
export function encodeEvent(event: RunEvent): Uint8Array {
  const message = encodeMessage(event);
  const record = new Uint8Array(16 + message.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(message, 12);
  view.setUint32(12 + message.length, masked(message), true);
  return record;
}

/** SessionLog.SessionStatus */
const START = 1;

function encodeMessage({ wallTime, step, content }: RunEvent): Uint8Array {
  const writer = new PbfWriter();
  writer.writeDoubleField(1, wallTime);
  writer.writeVarintField(2, step);
  if (content.kind === "version") writer.writeStringField(3, "brain.Event:2");
  else if (content.kind === "start") writer.writeMessage(7, (_, log) => log.writeVarintField(1, START), undefined);
  else writer.writeMessage(5, writeSummary, content.scalars);
  return writer.finish();
}

function writeSummary(scalars: ReadonlyMap<string, number>, summary: PbfWriter): void {
  for (const [tag, scalar] of scalars) {
    summary.writeMessage(
      1,
      (_, value) => {
        value.writeStringField(1, tag);
        value.writeFloatField(2, scalar);
      },
      undefined,
    );
  }
}
