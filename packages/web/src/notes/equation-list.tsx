/** Lists the equations of the notes, in symbols and in the numbers of the current example. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Equation, Pass, Token } from "./equations.ts";
import { MatrixNumbers } from "./matrix-numbers.tsx";
import type { Matrix, Moment, SymbolName } from "./moment.ts";
import type { NotesStore } from "./store.ts";
import { SymbolButton } from "./symbol.tsx";

const PASSES: readonly (readonly [Pass, title: string, words: string])[] = [
  ["forward", "Forward", "From the example to an answer."],
  ["backward", "Backward", "From the answer's error back to every weight."],
  ["update", "Update", "Downhill, a little."],
];

export function EquationList({ store }: { readonly store: NotesStore }) {
  return (
    <div class="equations">
      {PASSES.map(([pass, title, words]) => (
        <section key={pass} class={`pass ${pass}`} aria-labelledby={`pass-${pass}`}>
          <header>
            <h2 id={`pass-${pass}`}>{title}</h2>
            <p class="muted small">{words}</p>
          </header>
          <ol>
            {store.equations.map((equation, place) =>
              equation.pass === pass ? <EquationCard key={place} store={store} place={place} /> : null,
            )}
          </ol>
        </section>
      ))}
    </div>
  );
}

function EquationCard({ store, place }: { readonly store: NotesStore; readonly place: number }) {
  const card = useRef<HTMLLIElement>(null);
  const equation = store.equations[place];
  const isAt = store.at.value === place;
  const isSeen = useSeen(card);
  useEffect(() => {
    if (isAt && store.isWalking.value) card.current?.scrollIntoView({ block: "nearest" });
  }, [isAt, store]);
  return (
    <li ref={card} class={`equation ${isAt ? "at" : ""}`} aria-current={isAt ? "step" : undefined}>
      <div class="symbols">
        {equation.tokens.map((token, i) => (
          <Symbols key={i} store={store} token={token} />
        ))}
      </div>
      <p class="words small muted">{equation.words}</p>
      <Numbers store={store} equation={equation} isSeen={isSeen} />
    </li>
  );
}

function Symbols({ store, token }: { readonly store: NotesStore; readonly token: Token }) {
  if ("symbol" in token) return <SymbolButton store={store} name={token.symbol} isTransposed={token.isTransposed} />;
  return <Sign store={store} token={token} />;
}

/** Shows an operator or a factor between matrices. */
function Sign({
  store,
  token,
}: {
  readonly store: NotesStore;
  readonly token: Exclude<Token, { symbol: SymbolName }>;
}) {
  if ("factor" in token) {
    if (token.factor === "alpha") return <span class="sign">α</span>;
    return (
      <span class="fraction" role="img" aria-label={`1 over m, m is ${store.moment.value.m}`}>
        <span>1</span>
        <span>m</span>
      </span>
    );
  }
  return (
    <span class={token.isFunction ? "sign function" : "sign"}>
      {token.spoken === undefined ? (
        token.text
      ) : (
        <>
          <span aria-hidden={!token.isFunction}>{token.text}</span>
          <span class="spoken"> {token.spoken}</span>
        </>
      )}
    </span>
  );
}

/** Whether the element is on or near the screen. */
function useSeen(element: { readonly current: HTMLElement | null }): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => setSeen(entries.at(-1)!.isIntersecting), {
      rootMargin: "200px",
    });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, [element]);
  return isSeen;
}

interface NumbersProps {
  readonly store: NotesStore;
  readonly equation: Equation;
  readonly isSeen: boolean;
}

/** Shows the equation in numbers, with each matrix in the place of its symbol. */
function Numbers({ store, equation, isSeen }: NumbersProps) {
  const last = useRef<Moment>(null);
  // During a run, equations off the screen keep their old numbers, which bounds the work of a frame.
  if (isSeen || last.current === null || !store.isRunning.value) last.current = store.moment.value;
  const moment = last.current;
  const { all } = store.settings.value;
  const isMean = all && equation.tokens.some((token) => "factor" in token && token.factor === "1/m");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section class="in-numbers" aria-label={`${equation.name} in numbers`} tabIndex={0}>
      {equation.tokens.map((token, i) => {
        if ("symbol" in token) {
          const matrix = token.isAfter ? afterOf(moment, token.symbol) : moment.matrices[token.symbol];
          return matrix === undefined ? (
            <span key={i}>no numbers: alpha is too large</span>
          ) : (
            <MatrixNumbers
              key={i}
              store={store}
              name={token.symbol}
              matrix={matrix}
              isTransposed={token.isTransposed}
              isAfter={token.isAfter}
            />
          );
        }
        return <SignInNumbers key={i} store={store} token={token} />;
      })}
      {isMean && <span class="muted small rest">+ the same of {store.problem.labels.length - 1} other columns</span>}
    </section>
  );
}

function SignInNumbers({ store, token }: Parameters<typeof Sign>[0]) {
  const { all, alpha } = store.settings.value;
  if (!("factor" in token)) return <Sign store={store} token={token} />;
  if (token.factor === "alpha") return <span class="sign">{alpha}</span>;
  if (!all) return null;
  return (
    <span class="fraction">
      <span>1</span>
      <span>{store.problem.labels.length}</span>
    </span>
  );
}

/** The values of a parameter matrix after the step; undefined if they are not finite. */
function afterOf({ after, matrices }: Moment, name: SymbolName): Matrix | undefined {
  if (after === undefined) return undefined;
  const layer = name.endsWith("1") ? 1 : 2;
  return { ...matrices[name], numbers: (name.startsWith("W") ? after.W : after.b)[layer] };
}
