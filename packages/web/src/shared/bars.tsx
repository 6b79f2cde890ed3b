/** Shows values from 0 to 1, such as probabilities, as horizontal bars. */

export interface Bar {
  readonly name: string;
  /** From 0 to 1. */
  readonly value: number;
  /** The value as text; in per cent by default. */
  readonly figure?: string;
}

/** Highlights the largest bar. @param label names the bars for screen readers */
export function Bars({ bars, label }: { readonly bars: readonly Bar[]; readonly label: string }) {
  const largest = bars.reduce((best, { value }) => Math.max(best, value), 0);
  return (
    <ul class="bars" aria-label={label}>
      {bars.map(({ name, value, figure = perCent(value) }) => (
        <li key={name} class={value === largest && value > 0 ? "first" : undefined}>
          <span class="name">{name}</span>
          <span class="track" aria-hidden="true">
            <span class="fill" style={{ display: "block", transform: `scaleX(${value})` }} />
          </span>
          <span class="figure">{figure}</span>
        </li>
      ))}
    </ul>
  );
}

/** @param share from 0 to 1 */
export function perCent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
