/** A bar on stderr, in one line of a terminal of any width. */
import cliProgress from "cli-progress";

/** What stands beside a bar: of several lists of parts, from long to short, the first that has room. */
export type Choices = readonly (readonly string[])[];

export interface Bar {
  draw(done: number, choices: Choices): void;
  /** Clears it; nothing is drawn after that. May be called twice. */
  end(): void;
}

const MOST_BAR = 24;
const LEAST_BAR = 4;
const GAP = "  ";

/**
 * A line of less than `columns` characters, so that no terminal breaks it: the bar first, as wide as there is room.
 * @param share of it that is done, from 0 to 1
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

/** Those that a terminal shows now. */
const shown = new Set<Bar>();

/** A new bar, for a terminal. */
export function startBar(total: number, done: number, choices: Choices): Bar {
  let current = choices;
  const display = new cliProgress.SingleBar({
    format: (_, { progress }) => fitLine(process.stderr.columns ?? 80, progress, current),
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: false,
    // Ctrl-C belongs to the command; cli-progress would only restore the cursor and leave.
    gracefulExit: false,
    stream: process.stderr,
  });
  const bar: Bar = {
    draw(now, parts) {
      // A terminal that takes nothing at the moment must not make it pile up.
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

/** Gives the terminal back as it was, with its cursor: before a process ends in the middle. */
export function clearBars(): void {
  for (const bar of shown) bar.end();
}
