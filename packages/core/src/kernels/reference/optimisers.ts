/** Updates with state. dW is sum / m; every operation is rounded to f32, including square roots and quotients. */
import type { AdamStep, Elements, MomentumStep, RmspropStep } from "../kernels.ts";

const fround = Math.fround;

/**
 * 2^-96. Adding and subtracting it rounds a number below 2^-96 to a multiple of 2^-119, and a negative number to a
 * multiple of 2^-120; numbers from 2^-71 on stay unchanged. Without it, averages of gradients that stay zero would
 * shrink until they are denormal and remain so forever: 0.9 times four times the smallest number rounds to the same
 * number again. Operations on denormal numbers take a processor a hundred times as long.
 */
const GRAIN = 2 ** -96;

const grained = (x: number): number => fround(fround(x + GRAIN) - GRAIN);

/** V = mu V + dW, W = W - alpha V. */
export function momentum({ parameters: W, slots: [V], begin, end, sum }: Elements, step: MomentumStep): boolean {
  const { m, alpha, mu } = step;
  let allFinite = true;
  for (let i = begin; i < end; i++) {
    V[i] = grained(fround(fround(mu * V[i]) + fround(sum[i - begin] / m)));
    W[i] -= fround(alpha * V[i]);
    allFinite &&= Number.isFinite(W[i]) && Number.isFinite(V[i]);
  }
  return allFinite;
}

/** V = mu V + dW, W = W - alpha (dW + mu V). */
export function nesterov({ parameters: W, slots: [V], begin, end, sum }: Elements, step: MomentumStep): boolean {
  const { m, alpha, mu } = step;
  let allFinite = true;
  for (let i = begin; i < end; i++) {
    const dW = fround(sum[i - begin] / m);
    V[i] = grained(fround(fround(mu * V[i]) + dW));
    W[i] -= fround(alpha * fround(dW + fround(mu * V[i])));
    allFinite &&= Number.isFinite(W[i]) && Number.isFinite(V[i]);
  }
  return allFinite;
}

/** S = beta2 S + (1 - beta2) dW^2, W = W - alpha dW / (sqrt(S) + epsilon). */
export function rmsprop({ parameters: W, slots: [S], begin, end, sum }: Elements, step: RmspropStep): boolean {
  const { m, alpha, second, epsilon } = step;
  let allFinite = true;
  for (let i = begin; i < end; i++) {
    const dW = fround(sum[i - begin] / m);
    S[i] = grained(fround(fround(second.beta * S[i]) + fround(second.rest * fround(dW * dW))));
    W[i] -= fround(alpha * fround(dW / fround(fround(Math.sqrt(S[i])) + epsilon)));
    allFinite &&= Number.isFinite(W[i]) && Number.isFinite(S[i]);
  }
  return allFinite;
}

/**
 * M = beta1 M + (1 - beta1) dW, S = beta2 S + (1 - beta2) dW^2,
 * W = W - alpha (M' / (sqrt(S') + epsilon) + lambda W).
 */
export function adam({ parameters: W, slots: [M, S], begin, end, sum }: Elements, step: AdamStep): boolean {
  const { m, alpha, first, second, epsilon, lambda } = step;
  let allFinite = true;
  for (let i = begin; i < end; i++) {
    const dW = fround(sum[i - begin] / m);
    M[i] = grained(fround(fround(first.beta * M[i]) + fround(first.rest * dW)));
    S[i] = grained(fround(fround(second.beta * S[i]) + fround(second.rest * fround(dW * dW))));
    const root = fround(Math.sqrt(fround(S[i] * second.correction)));
    const ahead = fround(fround(M[i] * first.correction) / fround(root + epsilon));
    W[i] -= fround(alpha * fround(ahead + fround(lambda * W[i])));
    allFinite &&= Number.isFinite(W[i]) && Number.isFinite(M[i]) && Number.isFinite(S[i]);
  }
  return allFinite;
}
