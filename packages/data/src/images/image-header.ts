/** What a PNG or JPEG file says of itself. */
export interface ImageHeader {
  readonly format: "PNG" | "JPEG";
  readonly width: number;
  readonly height: number;
  /** Whether it holds one sample a pixel, or a palette of greys. */
  readonly isGrey: boolean;
  /** Whether it says how transparent pixels are. */
  readonly hasAlpha: boolean;
  /** Whether its samples have 16 bits. */
  readonly isDeep: boolean;
}
