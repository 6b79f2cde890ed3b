/** The network of the run that this page was opened for, as it is at the moment. */
import { decodeModel, type Model } from "@scratch-nn/core";

/** Of a picture of a digit. */
const PIXELS = 28 * 28;
const DIGITS = 10;

/**
 * @param server what the page was told of its server
 * @returns undefined where there is none yet, or it reads no digits
 * @throws Error where the server does not answer
 */
export async function runModel(server: string): Promise<Model | undefined> {
  const response = await fetch(new URL(`${server}model`, location.href));
  if (!response.ok) return undefined;
  const model = decodeModel(new Uint8Array(await response.arrayBuffer()), "the run's network");
  return readsDigits(model) ? model : undefined;
}

/** Whether it tells ten classes of pictures of 28 x 28 pixels, by one network. */
export function readsDigits({ network, members, classes, preprocessing }: Model): boolean {
  const [first, another] = preprocessing.encoders;
  const isPicture = first?.kind === "pixels" && first.count === PIXELS && another === undefined;
  return isPicture && members === undefined && classes.length === DIGITS && network.output === "softmax";
}
