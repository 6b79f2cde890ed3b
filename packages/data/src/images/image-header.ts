/** The properties in the header of a PNG or JPEG file. */
export interface ImageHeader {
  readonly format: "PNG" | "JPEG";
  readonly width: number;
  readonly height: number;
  /** Whether it is grey, with or without alpha, or has a palette of greys. */
  readonly isGrey: boolean;
  /** Whether it has an alpha channel or a transparent colour. */
  readonly hasAlpha: boolean;
  /** Whether it has 16 bits a sample. */
  readonly isDeep: boolean;
}
