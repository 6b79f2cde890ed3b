/** Draws a matrix as a picture: one pixel per entry, enlarged without smoothing. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { type ColourScale, signedColours } from "./colours.ts";
import { themeChanges } from "./theme-signal.ts";

export interface MatrixPictureProps {
  /** [rows, columns], row by row. Another array redraws the picture. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  /** Describes the picture for screen readers; "" for decoration. */
  readonly label: string;
  /** CSS pixels per entry. Default 4. */
  readonly zoom?: number;
  /** Default: the colours of signed numbers, scaled to the matrix's largest magnitude. */
  readonly colours?: (values: ArrayLike<number>) => ColourScale;
}

export function MatrixPicture(props: MatrixPictureProps) {
  const { values, rows, columns, label, zoom = 4, colours = signedColours } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  // A change of theme changes the colours.
  const theme = themeChanges.value;
  useLayoutEffect(() => {
    paintMatrix(canvas.current!, values, { rows, columns }, colours(values));
  }, [values, rows, columns, colours, theme]);
  return (
    <canvas
      ref={canvas}
      class="matrix"
      width={columns}
      height={rows}
      style={{ width: `${columns * zoom}px` }}
      {...(label === "" ? { "aria-hidden": "true" } : { role: "img", "aria-label": label })}
    />
  );
}

/** @param values [rows, columns], row by row */
export function paintMatrix(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  colour: ColourScale,
): void {
  const context = canvas.getContext("2d")!;
  const picture = context.createImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const [red, green, blue] = colour(values[i]);
    picture.data[4 * i] = red;
    picture.data[4 * i + 1] = green;
    picture.data[4 * i + 2] = blue;
    picture.data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}
