/** Draws the loss of the course so far as a small curve. */
import { figure } from "../shared/figure.ts";
import type { LossAt } from "./store.ts";

const [WIDTH, HEIGHT] = [300, 44];
/** About the largest number of points that are drawn; more would not be visible. */
const MOST = 300;

export function LossCurve({ losses }: { readonly losses: readonly LossAt[] }) {
  const points = thinned(losses.filter(({ loss }) => Number.isFinite(loss)));
  const last = points.at(-1);
  if (last === undefined) return null;
  const highest = Math.max(...points.map(({ loss }) => loss), Number.MIN_VALUE);
  const place = ({ step, loss }: LossAt): string =>
    `${((WIDTH * step) / Math.max(10, last.step)).toFixed(1)},${(HEIGHT - 3 - ((HEIGHT - 8) * loss) / highest).toFixed(1)}`;
  return (
    <svg
      class="loss-curve"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`mean loss, now ${figure(last.loss)}`}
    >
      <line x1="0" y1={HEIGHT - 3} x2={WIDTH} y2={HEIGHT - 3} class="axis" />
      <polyline points={points.map(place).join(" ")} />
    </svg>
  );
}

function thinned(losses: readonly LossAt[]): readonly LossAt[] {
  const every = Math.ceil(losses.length / MOST);
  return losses.filter((_, i) => i % every === 0 || i === losses.length - 1);
}
