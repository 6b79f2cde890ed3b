/**
 * Compares one parameter's sum for each number of workers, bit by bit: added along the tree, or in order of arrival.
 */
import { bitsOf, figure } from "../shared/figure.ts";
import type { Step } from "./comparison.ts";
import { PARAMETERS } from "./parameters.ts";

interface BitsPanelProps {
  readonly step: Step;
  readonly parameter: number;
  readonly choose: (parameter: number) => void;
}

export function BitsPanel({ step, parameter, choose }: BitsPanelProps) {
  const { comparison, settings } = step;
  const expected = comparison[0].byTree;
  const areSame = comparison.every(({ byTree }) => byTree.every((value, i) => value === expected[i]));
  const arrivals = new Set(comparison.map(({ byArrival }) => bitsOf(byArrival[parameter]))).size;
  return (
    <section class="card bits" aria-labelledby="bits-title">
      <h2 id="bits-title">Is it the same number?</h2>
      <label class="field">
        The sum over the batch, m times
        <select value={parameter} onChange={(event) => choose(Number(event.currentTarget.value))}>
          {PARAMETERS.map(({ name }, i) => (
            <option key={name} value={i}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <table>
        <thead>
          <tr>
            <th scope="col">Threads</th>
            <th scope="col">along the tree</th>
            <th scope="col">as they arrive</th>
          </tr>
        </thead>
        <tbody>
          {comparison.map(({ workers, byTree, byArrival }) => (
            <tr key={workers} class={workers === settings.workers ? "at" : ""}>
              <th scope="row">{workers}</th>
              <Bits value={byTree[parameter]} expected={expected[parameter]} />
              <Bits value={byArrival[parameter]} expected={expected[parameter]} />
            </tr>
          ))}
        </tbody>
      </table>
      <p class="small">
        {areSame ? (
          <>
            <b class="good">Along the tree: all {PARAMETERS.length} numbers have the same bits</b> for 1 to{" "}
            {comparison.length} threads, whatever their speed.
          </>
        ) : (
          <b class="bad">Along the tree the bits differ: that is an error.</b>
        )}{" "}
        {arrivals === 1
          ? "In the order of arrival this number happens to come out alike, too. Choose another, or another timing."
          : `Added to a total in the order of arrival, this number comes out in ${arrivals} ways: f32 rounds after each addition, so the order matters.`}
      </p>
      <details>
        <summary>All sums of the tree</summary>
        <div class="sums">
          <table>
            <thead>
              <tr>
                <th scope="col">Shards</th>
                <th scope="col">m {PARAMETERS[parameter].name}</th>
                <th scope="col">bits</th>
              </tr>
            </thead>
            <tbody>
              {step.nodes.map(({ first, end, sum }) => (
                <tr key={`${first} ${end}`}>
                  <th scope="row">{end - first === 1 ? first + 1 : `${first + 1}–${end}`}</th>
                  <td>{figure(sum[parameter])}</td>
                  <td class="mono">{bitsOf(sum[parameter])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </section>
  );
}

/** Shows the bits of a number in hexadecimal, and marks the digits that differ from the expected ones. */
function Bits({ value, expected }: { readonly value: number; readonly expected: number }) {
  const [bits, right] = [bitsOf(value), bitsOf(expected)];
  return (
    <td class={`mono ${bits === right ? "" : "other"}`} title={String(value)}>
      {Array.from(bits, (digit, i) => (digit === right[i] ? digit : <mark key={i}>{digit}</mark>))}
      {bits !== right && <span class="spoken"> other bits</span>}
    </td>
  );
}
