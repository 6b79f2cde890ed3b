/** Shows a run's folder on its page, and follows the folder while another process trains the run. */

import { type KeptRun, readKeptRun } from "./kept-run.ts";
import type { LivePage } from "./live-page.ts";
import { confusionEvents } from "./metrics-json.ts";
import { trialsEvents } from "./trials-events.ts";
import { weightPictures } from "./weight-pictures.ts";

const LOOK_MILLISECONDS = 2000;

/** @returns a function that stops following */
export function showKept(page: LivePage, run: string, kept: KeptRun): () => void {
  show(page, kept);
  let isOver = kept.phase !== "elsewhere";
  let timeout: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    // A file in the middle of a write is read again at the next interval.
    const now = await readKeptRun(run).catch(() => undefined);
    if (isOver) return;
    if (now !== undefined) show(page, now);
    if (now?.phase === "elsewhere" || now === undefined) timeout = setTimeout(look, LOOK_MILLISECONDS);
  };
  if (!isOver) timeout = setTimeout(look, LOOK_MILLISECONDS);
  return () => {
    isOver = true;
    clearTimeout(timeout);
  };
}

function show(page: LivePage, { facts, phase, reports, network, model, metrics }: KeptRun): void {
  if (facts === undefined) {
    page.publish(...trialsEvents(metrics, model?.model.classes ?? []));
    page.showKept(phase, async () => model?.bytes);
    return;
  }
  page.publish({ kind: "run", run: facts });
  page.publish({ kind: "epochs", reports });
  const epoch = reports.at(-1)?.epoch ?? 0;
  if (network !== undefined) page.publish({ kind: "weights", weights: weightPictures(network, epoch, facts.picture) });
  for (const event of confusionEvents(metrics, { epoch })) page.publish(event);
  const { weightsSha256, seconds, testAccuracy: accuracy, testLoss } = metrics;
  if (weightsSha256 !== undefined && phase !== "elsewhere") {
    page.publish({
      kind: "result",
      result: {
        weightsSha256,
        ...(seconds === undefined ? {} : { seconds }),
        ...(accuracy === undefined ? {} : { testAccuracy: accuracy }),
        ...(testLoss === undefined ? {} : { testLoss }),
      },
    });
  }
  page.showKept(phase, async () => model?.bytes);
}
