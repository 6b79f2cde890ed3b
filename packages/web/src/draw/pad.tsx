/** The square to draw on with mouse, finger or pen. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { themeColour } from "../shared/colours.ts";
import { themeChanges } from "../shared/theme-signal.ts";
import type { Drawing, Stroke } from "./stroke.ts";

export interface PadProps {
  readonly drawing: Drawing;
  /** Whether the drawing is an example, which the user's first stroke replaces. */
  readonly isExample: boolean;
  /** Called repeatedly with the drawing while a stroke grows. */
  readonly onDraw: (drawing: Drawing) => void;
  /** Called when the pen is lifted. */
  readonly onStrokeEnd: () => void;
  readonly onUndo: () => void;
  readonly onClear: () => void;
  /** Called when a digit is typed. */
  readonly onDigit: (digit: number) => void;
}

/** The canvas's side in pixels; CSS scales it to the available room. */
const SIDE = 560;
/** The width of the ink, as a share of the pad's side. */
const INK = 0.065;

export function Pad(props: PadProps) {
  const { drawing, isExample } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const growing = useRef<{ readonly pointer: number; readonly before: Drawing; stroke: Stroke }>(null);
  // A change of theme changes the colours.
  const theme = themeChanges.value;
  useLayoutEffect(() => paint(canvas.current!, drawing, isExample), [drawing, isExample, theme]);

  const begin = (event: PointerEvent): void => {
    if (growing.current !== null || event.button !== 0) return;
    canvas.current!.setPointerCapture(event.pointerId);
    const before = isExample ? [] : drawing;
    growing.current = { pointer: event.pointerId, before, stroke: pointsOf([event], canvas.current!) };
    props.onDraw([...before, growing.current.stroke]);
  };
  const go = (event: PointerEvent): void => {
    const grown = growing.current;
    if (grown?.pointer !== event.pointerId) return;
    // A pen reports more points than there are frames.
    const events = event.getCoalescedEvents();
    const points = pointsOf(events.length > 0 ? events : [event], canvas.current!);
    grown.stroke = [...grown.stroke, ...points];
    props.onDraw([...grown.before, grown.stroke]);
  };
  const end = (event: PointerEvent): void => {
    if (growing.current?.pointer !== event.pointerId) return;
    growing.current = null;
    props.onStrokeEnd();
  };
  const type = (event: KeyboardEvent): void => {
    const undoes = event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey));
    if (undoes) props.onUndo();
    else if (event.key === "Delete" || event.key === "Escape") props.onClear();
    else if (/^[0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      props.onDigit(Number(event.key));
    } else return;
    event.preventDefault();
  };
  return (
    <div class="pad">
      <canvas
        ref={canvas}
        width={SIDE}
        height={SIDE}
        tabIndex={0}
        aria-label="Drawing pad. Draw a digit by mouse, finger or pen; or press a digit key for an example, Backspace to undo, Delete to clear."
        onPointerDown={begin}
        onPointerMove={go}
        onPointerUp={end}
        onPointerCancel={end}
        onKeyDown={type}
      />
      {isExample && <p class="pad-hint">Draw your own over it</p>}
      {drawing.length === 0 && <p class="pad-hint pad-empty">Draw a digit here</p>}
    </div>
  );
}

function pointsOf(events: readonly PointerEvent[], canvas: HTMLCanvasElement): number[] {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return events.flatMap(({ clientX, clientY }) => [(clientX - left) / width, (clientY - top) / height]);
}

function paint(canvas: HTMLCanvasElement, drawing: Drawing, isExample: boolean): void {
  const context = canvas.getContext("2d")!;
  const [red, green, blue] = themeColour(isExample ? "muted" : "ink");
  context.clearRect(0, 0, SIDE, SIDE);
  context.strokeStyle = `rgb(${red} ${green} ${blue})`;
  context.lineWidth = INK * SIDE;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of drawing) {
    context.beginPath();
    context.moveTo(stroke[0] * SIDE, stroke[1] * SIDE);
    // A line back to its start draws a dot.
    context.lineTo(stroke[0] * SIDE, stroke[1] * SIDE);
    for (let i = 2; i + 1 < stroke.length; i += 2) context.lineTo(stroke[i] * SIDE, stroke[i + 1] * SIDE);
    context.stroke();
  }
}
