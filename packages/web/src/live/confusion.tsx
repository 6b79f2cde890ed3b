/** Shows the current confusion matrix. */
import type { Confusion } from "@scratch-nn/server/protocol";
import { perCent } from "../shared/bars.tsx";
import { inkColours } from "../shared/colours.ts";
import { MatrixPicture } from "../shared/matrix-picture.tsx";

/** With more classes, the cells have no room for counts. */
const MOST_COUNTED = 12;

interface ConfusionProps {
  readonly confusion: Confusion | undefined;
  readonly classes: readonly string[];
}

export function ConfusionCard({ confusion, classes }: ConfusionProps) {
  if (confusion === undefined) return null;
  const { examples, accuracy, part, counts, epoch } = confusion;
  const names = counts.map((_, k) => classes[k] ?? String(k));
  return (
    <section class="card">
      <h2>Confusion</h2>
      <p class="muted small">
        {perCent(accuracy)} of {examples.toLocaleString("en")} {part} examples right{epoch > 0 && `, at epoch ${epoch}`}
        . A row for each class, a column for what the network says.
      </p>
      {counts.length > MOST_COUNTED ? (
        <MatrixPicture
          values={counts.flat()}
          rows={counts.length}
          columns={counts.length}
          zoom={10}
          colours={() => inkColours(Math.max(...counts.flat()))}
          label={`Confusion of ${counts.length} classes`}
        />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        <section class="scrolls" tabIndex={0} aria-label="Confusion, as a table">
          <table class="confusion">
            <thead>
              <tr>
                <th scope="col">
                  <span class="spoken">class</span>
                </th>
                {names.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {counts.map((row, k) => (
                <Row key={names[k]} name={names[k]} row={row} right={k} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Row({ name, row, right }: { readonly name: string; readonly row: readonly number[]; readonly right: number }) {
  const sum = Math.max(
    1,
    row.reduce((all, count) => all + count, 0),
  );
  return (
    <tr>
      <th scope="row">{name}</th>
      {row.map((count, j) => (
        <td key={j} class={cellOf(count / sum, j === right)}>
          {count === 0 ? <span class="muted">·</span> : count}
        </td>
      ))}
    </tr>
  );
}

/** Shades in tenths as classes: the page's content security policy forbids inline styles. */
function cellOf(share: number, isRight: boolean): string {
  return `${isRight ? "right" : "wrong"} shade-${share === 0 ? 0 : Math.max(1, Math.round(10 * share))}`;
}
