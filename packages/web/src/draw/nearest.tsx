/** Shows the digits that the network finds most similar to the drawing. */
import { useMemo } from "preact/hooks";
import { inkColours } from "../shared/colours.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";
import { SIDE } from "./as-mnist.ts";
import { type DigitSet, nearest } from "./neighbours.ts";

const SHOWN = 12;
const inkOfBytes = () => inkColours(255);

export interface NearestProps {
  readonly blocks: readonly DigitSet[];
  /** A of the last hidden layer for the drawing, [units]. */
  readonly hidden: Float32Array;
  readonly isEmpty: boolean;
}

export function Nearest({ blocks, hidden, isEmpty }: NearestProps) {
  const found = useMemo(() => (isEmpty ? [] : nearest(blocks, hidden, SHOWN)), [blocks, hidden, isEmpty]);
  const count = blocks.reduce((sum, { labels }) => sum + labels.length, 0);
  return (
    <section class="card draw-nearest" aria-labelledby="nearest">
      <h2 id="nearest">Most alike, to the network</h2>
      <p class="small muted">
        Of {count.toLocaleString("en")} digits drawn by this program, those whose hidden activations are nearest.
      </p>
      <ul class="nearest">
        {found.map(({ index, label, pixels }) => (
          <li key={index}>
            <MatrixPicture
              values={pixels}
              rows={SIDE}
              columns={SIDE}
              zoom={2.5}
              colours={inkOfBytes}
              label={`a ${label}`}
            />
            <span class="small" aria-hidden="true">
              {label}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
