/** Draws curves over a common axis with uPlot: thousands of points per frame are too slow in SVG. */
import { useEffect, useRef } from "preact/hooks";
import UPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type Rgb, themeColour } from "./colours.ts";
import { themeChanges } from "./theme-signal.ts";

export interface Curve {
  readonly name: string;
  /** A variable of design.css, without its dashes. */
  readonly colour: string;
  readonly dashed?: boolean;
  /** One per x; null where the curve has no value. */
  readonly values: readonly (number | null)[];
}

export interface LineChartProps {
  /** Describes the chart for screen readers. */
  readonly label: string;
  readonly xName: string;
  /** Ascending. */
  readonly x: readonly number[];
  readonly curves: readonly Curve[];
  /** CSS pixels. Default 220. */
  readonly height?: number;
  /** The range of the y axis; by default that of the curves. */
  readonly range?: readonly [number, number] | undefined;
}

export function LineChart({ label, xName, x, curves, height = 220, range }: LineChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(null);
  const theme = themeChanges.value;
  const look = JSON.stringify([xName, height, range, curves.map(({ name, colour, dashed }) => [name, colour, dashed])]);
  // A change of the look or the theme rebuilds the chart; the effect below updates its numbers.
  useEffect(() => {
    const element = place.current!;
    const built = new UPlot(options({ label, xName, x, curves, height, range }, element.clientWidth), [[]], element);
    chart.current = built;
    built.over.addEventListener("mouseleave", () => showLast(built));
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0) built.setSize({ width: element.clientWidth, height });
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      built.destroy();
    };
  }, [look, theme]);
  useEffect(() => {
    const built = chart.current!;
    built.setData([x, ...curves.map(({ values }) => values)] as UPlot.AlignedData);
    if (built.cursor.idx == null) showLast(built);
  }, [x, curves, look, theme]);
  return <div ref={place} class="chart" role="img" aria-label={label} />;
}

/** Shows the last values in the legend, for use while the user does not point at the chart. */
function showLast(chart: UPlot): void {
  const { length } = chart.data[0];
  if (length > 0) chart.setLegend({ idx: length - 1 });
}

function options(props: LineChartProps, width: number): UPlot.Options {
  const { xName, curves, height = 220, range } = props;
  const css = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`;
  const axis: UPlot.Axis = {
    stroke: css(themeColour("muted")),
    grid: { stroke: css(themeColour("line")), width: 1 },
    ticks: { show: false },
    font: "12px system-ui, sans-serif",
  };
  return {
    width: Math.max(width, 100),
    height,
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: false }, y: range === undefined ? {} : { range: [range[0], range[1]] } },
    axes: [
      { ...axis, size: 28 },
      { ...axis, size: 52 },
    ],
    series: [
      { label: xName },
      ...curves.map(({ name, colour, dashed }) => ({
        label: name,
        stroke: css(themeColour(colour)),
        width: 2,
        ...(dashed ? { dash: [6, 4] } : {}),
        points: { show: false },
      })),
    ],
  };
}
