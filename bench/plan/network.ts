/** The network between ranks. */

export interface Network {
  readonly name: string;
  /** Bytes a second, in each direction at the same time. */
  readonly bandwidth: number;
  /** Seconds until the first byte of a message arrives. */
  readonly latency: number;
}

const UNITS = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 } as const;
const BITS_OF_A_BYTE = 8;

/** @param text such as 10Gb, 10Gbit/s, 1.25GB: b means bits, B bytes @returns bytes a second; undefined if invalid */
export function parseBandwidth(text: string): number | undefined {
  const match = /^(\d{1,6}(?:\.\d{1,6})?)\s?([kMGT])(b|bit|B)(?:ps|\/s)?$/.exec(text);
  if (match === null) return undefined;
  const perSecond = Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  const bytes = match[3] === "B" ? perSecond : perSecond / BITS_OF_A_BYTE;
  return bytes > 0 ? bytes : undefined;
}
