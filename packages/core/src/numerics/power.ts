/**
 * base^exponent in f64, by repeated squaring over the binary digits of the exponent. It uses multiplications alone,
 * because Math.pow differs between engines.
 * @param exponent a whole number from 0
 */
export function power(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
