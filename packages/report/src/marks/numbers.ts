/** Formats numbers for readers. */

/** 12345 as 12,345, whatever the locale. */
export function thousands(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** 0.90725 as 90.73 %; NaN and infinities as a dash. */
export function percent(share: number, digits = 2): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(digits)}\u00a0%` : "–";
}

/** Rounds to significant digits, without trailing zeros; NaN and infinities as a dash. */
export function short(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return "–";
  const rounded = Number(value.toPrecision(digits));
  // Rounding the largest f64 may give infinity.
  return String(Number.isFinite(rounded) ? rounded : value).replace("-", "−");
}

/** 1 as "1 example", 1200 as "1,200 examples". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}

/** Milliseconds as a duration in ms, s, min or h. */
export function time(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  return seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
