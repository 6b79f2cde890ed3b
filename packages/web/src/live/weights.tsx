/** Shows the first layer's weights, one picture per unit. */
import type { RunFacts, WeightPictures } from "@scratch-nn/server/protocol";
import { useMemo } from "preact/hooks";
import { type ColourScale, diverging, themeColour } from "../shared/colours.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";

/** Pixels between two pictures. */
const GAP = 2;

interface WeightsProps {
  readonly weights: WeightPictures | undefined;
  readonly run: RunFacts;
}

export function WeightsCard({ weights, run }: WeightsProps) {
  const mosaic = useMemo(() => weights && mosaicOf(weights), [weights]);
  if (weights === undefined || mosaic === undefined) return null;
  const { units, of, largest, epoch } = weights;
  const what = run.picture === undefined ? "a row for each unit, a column for each input" : "a picture for each unit";
  return (
    <section class="card">
      <h2>First layer</h2>
      <p class="muted small">
        W1, {what}
        {units < of && ` (the first ${units} of ${of})`}. Blue speaks for the unit, orange against it; the strongest is{" "}
        {largest.toFixed(2)}. At epoch {epoch}.
      </p>
      <div class="mosaic">
        <MatrixPicture
          {...mosaic}
          zoom={Math.max(1, Math.min(8, Math.floor(560 / mosaic.columns)))}
          colours={signed}
          label={`Weights of ${units} units of the first layer, ${what}`}
        />
      </div>
    </section>
  );
}

const signed = (): ColourScale => diverging(themeColour("negative"), themeColour("card"), themeColour("positive"), 127);

/** Joins all pictures into one, side by side. @returns values from -127 to 127, row by row */
function mosaicOf({ units, width, height, pixels }: WeightPictures) {
  const bytes = Uint8Array.from(atob(pixels), (character) => character.charCodeAt(0));
  const isRows = height === 1;
  const across = isRows ? 1 : Math.min(units, Math.ceil(Math.sqrt(units * 1.6)));
  const down = Math.ceil(units / across);
  const gap = isRows ? 0 : GAP;
  const columns = across * (width + gap) - gap;
  const rows = down * (height + gap) - gap;
  const values = new Int8Array(rows * columns);
  for (let unit = 0; unit < units; unit++) {
    const top = Math.floor(unit / across) * (height + gap);
    const left = (unit % across) * (width + gap);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        values[(top + y) * columns + left + x] = bytes[(unit * height + y) * width + x] - 128;
      }
    }
  }
  return { values, rows, columns };
}
