/** Reads TensorBoard's event files, and shares no code with their writer. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The masked CRC-32C, computed bit by bit from the polynomial x^32 + x^28 + x^27 + ... + 1. */
function checksum(bytes: Uint8Array): number {
  let register = ~0;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = ((register ^ (byte >> bit)) & 1) === 1;
      register = (register >>> 1) ^ (isOdd ? 0x82f63b78 : 0);
    }
  }
  const sum = ~register >>> 0;
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

type Fields = Map<number, (Uint8Array | number)[]>;

/** The fields of a protobuf message, by number. */
function fieldsOf(bytes: Uint8Array): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = view.getUint8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const take = (length: number): Uint8Array => {
      at += length;
      return bytes.subarray(at - length, at);
    };
    const read: Record<number, () => Uint8Array | number> = {
      0: varint,
      1: () => new DataView(Uint8Array.from(take(8)).buffer).getFloat64(0, true),
      2: () => take(varint()),
      5: () => new DataView(Uint8Array.from(take(4)).buffer).getFloat32(0, true),
    };
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), read[key & 7]()]);
  }
  return fields;
}

export interface ReadEvent {
  readonly step: number;
  readonly version: string | undefined;
  readonly isStart: boolean;
  readonly scalars: Readonly<Record<string, number>>;
}

const text = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString();

/** Leaves out a last record that is incomplete. @throws Error if a length or a checksum is wrong */
export function readEvents(bytes: Uint8Array): ReadEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const events: ReadEvent[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    if (view.getUint32(at + 8, true) !== checksum(bytes.subarray(at, at + 8))) throw new Error(`length at ${at}`);
    if (at + 16 + length > bytes.length) break;
    const message = bytes.subarray(at + 12, at + 12 + length);
    if (view.getUint32(at + 12 + length, true) !== checksum(message)) throw new Error(`record at ${at}`);
    at += 16 + length;
    const event = fieldsOf(message);
    const summary = event.get(5) === undefined ? [] : (fieldsOf(event.get(5)![0] as Uint8Array).get(1) ?? []);
    const scalars = summary.map((value) => {
      const fields = fieldsOf(value as Uint8Array);
      return [text(fields.get(1)![0]), fields.get(2)![0] as number] as const;
    });
    events.push({
      step: (event.get(2)?.[0] as number | undefined) ?? 0,
      version: event.has(3) ? text(event.get(3)![0]) : undefined,
      isStart: event.has(7),
      scalars: Object.fromEntries(scalars),
    });
  }
  return events;
}

/** The events of each file of a folder, in the order of the files' names. */
export function readEventFolder(folder: string): ReadEvent[][] {
  const names = readdirSync(folder).sort();
  return names.map((name) => readEvents(readFileSync(join(folder, name))));
}
