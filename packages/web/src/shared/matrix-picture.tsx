/** A matrix as a picture: a pixel an entry, enlarged without smoothing. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { type ColourScale, signedColours } from "./colours.ts";
import { themeChanges } from "./theme-signal.ts";

export interface MatrixPictureProps {
  /** [rows, columns], row after row; drawn anew when this is another array. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  /** What is seen, for those who hear the page; "" for decoration. */
  readonly label: string;
  /** CSS pixels an entry. Default 4. */
  readonly zoom?: number;
  /** Default: signed, each matrix to its own largest magnitude. */
  readonly colours?: (values: ArrayLike<number>) => ColourScale;
}

export function MatrixPicture(props: MatrixPictureProps) {
  const { values, rows, columns, label, zoom = 4, colours = signedColours } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  // The colours are others after a change of theme.
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

/** @param values [rows, columns], row after row */
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
