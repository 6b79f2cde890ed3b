/**
 * Handwritten digits: a few variants of each digit, each made of strokes through a few points. They are not the glyphs
 * of the dataset `digits`, and no model was trained on them.
 */
import { randomStream } from "@scratch-nn/core/engine";

type Points = readonly (readonly [x: number, y: number])[];

/**
 * [digit][variant][stroke]: points in a box from (0, 0) at the top left to (1, 1). A stroke is a curve through them.
 */
const HANDS: readonly (readonly (readonly Points[])[])[] = [
  [
    [
      [
        [0.6, 0.02],
        [0.3, 0.08],
        [0.08, 0.35],
        [0.06, 0.68],
        [0.28, 0.95],
        [0.58, 0.96],
        [0.84, 0.7],
        [0.88, 0.36],
        [0.72, 0.1],
        [0.55, 0.03],
      ],
    ],
    [
      [
        [0.45, 0.03],
        [0.75, 0.12],
        [0.88, 0.45],
        [0.8, 0.82],
        [0.5, 0.98],
        [0.22, 0.84],
        [0.12, 0.5],
        [0.2, 0.16],
        [0.48, 0.02],
      ],
    ],
  ],
  [
    [
      [
        [0.55, 0],
        [0.5, 0.5],
        [0.46, 1],
      ],
    ],
    [
      [
        [0.32, 0.22],
        [0.45, 0.12],
        [0.56, 0],
        [0.56, 0.5],
        [0.55, 1],
      ],
    ],
    [
      [
        [0.62, 0],
        [0.52, 0.5],
        [0.4, 1],
      ],
    ],
  ],
  [
    [
      [
        [0.12, 0.25],
        [0.28, 0.06],
        [0.58, 0.02],
        [0.8, 0.18],
        [0.74, 0.44],
        [0.48, 0.7],
        [0.12, 0.96],
        [0.5, 0.94],
        [0.92, 0.92],
      ],
    ],
    [
      [
        [0.18, 0.16],
        [0.5, 0.02],
        [0.78, 0.14],
        [0.76, 0.4],
        [0.52, 0.66],
        [0.3, 0.88],
        [0.14, 0.9],
        [0.18, 0.74],
        [0.4, 0.76],
        [0.66, 0.94],
        [0.92, 0.94],
      ],
    ],
  ],
  [
    [
      [
        [0.16, 0.1],
        [0.46, 0.01],
        [0.76, 0.12],
        [0.74, 0.34],
        [0.42, 0.46],
        [0.74, 0.54],
        [0.84, 0.76],
        [0.6, 0.96],
        [0.14, 0.92],
      ],
    ],
    [
      [
        [0.2, 0.14],
        [0.5, 0.02],
        [0.72, 0.16],
        [0.66, 0.38],
        [0.36, 0.47],
      ],
      [
        [0.36, 0.47],
        [0.7, 0.52],
        [0.82, 0.74],
        [0.6, 0.95],
        [0.3, 0.98],
        [0.1, 0.86],
      ],
    ],
  ],
  [
    [
      [
        [0.18, 0.02],
        [0.14, 0.3],
        [0.12, 0.54],
        [0.45, 0.54],
        [0.85, 0.52],
      ],
      [
        [0.74, 0.04],
        [0.7, 0.5],
        [0.66, 0.98],
      ],
    ],
    [
      [
        [0.22, 0.06],
        [0.14, 0.36],
        [0.24, 0.52],
        [0.5, 0.54],
        [0.8, 0.46],
      ],
      [
        [0.8, 0.02],
        [0.74, 0.5],
        [0.7, 1],
      ],
    ],
  ],
  [
    [
      [
        [0.26, 0.04],
        [0.22, 0.24],
        [0.18, 0.44],
        [0.46, 0.38],
        [0.76, 0.52],
        [0.8, 0.78],
        [0.56, 0.96],
        [0.14, 0.9],
      ],
      [
        [0.26, 0.04],
        [0.55, 0.03],
        [0.86, 0.02],
      ],
    ],
    [
      [
        [0.84, 0.03],
        [0.55, 0.04],
        [0.28, 0.06],
        [0.24, 0.26],
        [0.2, 0.44],
        [0.5, 0.4],
        [0.78, 0.58],
        [0.76, 0.82],
        [0.5, 0.97],
        [0.16, 0.9],
      ],
    ],
  ],
  [
    [
      [
        [0.66, 0.02],
        [0.38, 0.2],
        [0.2, 0.5],
        [0.2, 0.82],
        [0.46, 0.98],
        [0.74, 0.86],
        [0.76, 0.64],
        [0.52, 0.54],
        [0.26, 0.66],
      ],
    ],
    [
      [
        [0.5, 0],
        [0.3, 0.34],
        [0.22, 0.66],
        [0.3, 0.92],
        [0.58, 0.97],
        [0.76, 0.8],
        [0.66, 0.6],
        [0.42, 0.58],
        [0.24, 0.74],
      ],
    ],
  ],
  [
    [
      [
        [0.1, 0.06],
        [0.5, 0.05],
        [0.88, 0.04],
        [0.68, 0.36],
        [0.52, 0.68],
        [0.44, 0.99],
      ],
    ],
    [
      [
        [0.12, 0.1],
        [0.46, 0.06],
        [0.86, 0.06],
        [0.7, 0.34],
        [0.5, 0.66],
        [0.36, 0.98],
      ],
    ],
  ],
  [
    [
      [
        [0.74, 0.14],
        [0.48, 0.02],
        [0.24, 0.16],
        [0.34, 0.4],
        [0.6, 0.54],
        [0.78, 0.76],
        [0.56, 0.97],
        [0.28, 0.88],
        [0.26, 0.66],
        [0.5, 0.48],
        [0.7, 0.32],
        [0.74, 0.16],
      ],
    ],
    [
      [
        [0.52, 0.46],
        [0.28, 0.34],
        [0.28, 0.12],
        [0.5, 0.02],
        [0.72, 0.12],
        [0.72, 0.34],
        [0.5, 0.46],
        [0.24, 0.62],
        [0.22, 0.86],
        [0.5, 0.98],
        [0.78, 0.86],
        [0.76, 0.62],
        [0.52, 0.47],
      ],
    ],
  ],
  [
    [
      [
        [0.76, 0.2],
        [0.54, 0.03],
        [0.26, 0.14],
        [0.22, 0.38],
        [0.46, 0.5],
        [0.72, 0.36],
        [0.78, 0.18],
        [0.74, 0.56],
        [0.68, 0.98],
      ],
    ],
    [
      [
        [0.74, 0.24],
        [0.52, 0.02],
        [0.26, 0.18],
        [0.3, 0.44],
        [0.58, 0.48],
        [0.76, 0.24],
        [0.74, 0.6],
        [0.62, 0.86],
        [0.5, 0.98],
      ],
    ],
  ],
];

/** Points of the polyline for each segment of a curve. */
const PIECES = 8;

/**
 * Draws a digit on a square of side 1, with a position, size, slant and tremor that depend on the variant alone.
 * @param digit 0 to 9
 * @param variant any whole number from 0
 * @returns strokes, x0, y0, x1, y1, ...
 */
export function handStrokes(digit: number, variant: number): number[][] {
  const random = randomStream(77, digit, variant);
  let drawn = 0;
  const around = (reach: number): number => reach * (2 * random.uniform(drawn++) - 1);
  const ways = HANDS[digit];
  const way = ways[variant % ways.length];
  const height = 0.55 + around(0.2);
  const width = height * (0.68 + around(0.12));
  const [slant, turn] = [around(0.18), around(0.1)];
  const [x0, y0] = [0.5 + around(0.1), 0.5 + around(0.1)];
  return way.map((points) => {
    const jittered = points.map(([x, y]) => [x + around(0.035), y + around(0.035)] as const);
    return curve(jittered).flatMap(([x, y]) => {
      const v = (y - 0.5 + around(0.006)) * height;
      const u = (x - 0.5 + around(0.006)) * width - slant * v;
      return [x0 + u - turn * v, y0 + v + turn * u];
    });
  });
}

/** A Catmull-Rom spline through the points, as a polyline. */
function curve(points: Points): [number, number][] {
  const at = (i: number) => points[Math.min(Math.max(i, 0), points.length - 1)];
  const path: [number, number][] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    for (let piece = 0; piece < PIECES; piece++) {
      const t = piece / PIECES;
      const axis = (a: 0 | 1): number => {
        const [p, q, r, s] = [at(i - 1)[a], at(i)[a], at(i + 1)[a], at(i + 2)[a]];
        return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
      };
      path.push([axis(0), axis(1)]);
    }
  }
  const [x, y] = at(points.length - 1);
  path.push([x, y]);
  return path;
}
