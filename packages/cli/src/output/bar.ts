/** Draws a progress bar on stderr, in one line of a terminal of any width. */
import cliProgress from "cli-progress";

/** The texts beside a bar: alternative lists of parts, from long to short. The first that fits is shown. */
export type Choices = readonly (readonly string[])[];

export interface Bar {
  draw(done: number, choices: Choices): void;
  /** Removes the bar; nothing is drawn after that. Idempotent. */
  end(): void;
}

const MOST_BAR = 24;
const LEAST_BAR = 4;
const GAP = "  ";

/**
 * Formats a line of fewer than `columns` characters, so that no terminal wraps it. The bar comes first and takes the
 * remaining width.
 * @param share the completed share, from 0 to 1
 */
export function fitLine(columns: number, share: number, choices: Choices): string {
  const room = columns - 1;
  const texts = choices.map((parts) => parts.join(GAP));
  const text = texts.find((each) => each.length <= room) ?? texts.at(-1)!.slice(0, Math.max(0, room));
  const width = Math.min(MOST_BAR, room - text.length - 1);
  if (width < LEAST_BAR) return text;
  const filled = Math.round(width * Math.min(1, Math.max(0, share)));
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} ${text}`;
}

/** The bars that are visible now. */
const shown = new Set<Bar>();

/** Creates a bar on a terminal. */
export function startBar(total: number, done: number, choices: Choices): Bar {
  let current = choices;
  const display = new cliProgress.SingleBar({
    format: (_, { progress }) => fitLine(process.stderr.columns ?? 80, progress, current),
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    // The command handles Ctrl-C; cli-progress would only restore the cursor and exit.
    gracefulExit: false,
    stream: process.stderr,
  });
  const bar: Bar = {
    draw(now, parts) {
      // Skips drawing while the terminal accepts no output, so that nothing accumulates in the buffer.
      if (!shown.has(bar) || process.stderr.writableNeedDrain) return;
      current = parts;
      display.update(now);
    },
    end() {
      if (shown.delete(bar)) display.stop();
    },
  };
  shown.add(bar);
  display.start(total, done);
  return bar;
}

/** Restores the terminal and its cursor before the process exits early. */
export function clearBars(): void {
  for (const bar of shown) bar.end();
}
