/** Fetches the current network of the run that this page was opened for. */
import { decodeModel, type Model } from "@scratch-nn/core";

/** Pixels of a digit's image. */
const PIXELS = 28 * 28;
const DIGITS = 10;

/**
 * @param server the path of the server's API, relative to the page's address
 * @returns undefined if the run has no network yet, or its network does not read digits
 * @throws Error if the server does not answer
 */
export async function runModel(server: string): Promise<Model | undefined> {
  const response = await fetch(new URL(`${server}model`, location.href));
  if (!response.ok) return undefined;
  const model = decodeModel(new Uint8Array(await response.arrayBuffer()), "the run's network");
  return readsDigits(model) ? model : undefined;
}

/** Whether the model is a single network that classifies images of 28 x 28 pixels into ten classes. */
export function readsDigits({ network, members, classes, preprocessing }: Model): boolean {
  const [first, another] = preprocessing.encoders;
  const isPicture = first?.kind === "pixels" && first.count === PIXELS && another === undefined;
  return isPicture && members === undefined && classes.length === DIGITS && network.output === "softmax";
}
