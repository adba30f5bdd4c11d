/**
 * The polynomial of `degree` that meets `f` at the Chebyshev nodes of [low, high], in the monomial basis (Newton's
 * divided differences), constant coefficient first.
 */
export function interpolate(f: (z: number) => number, degree: number, low = 0, high = 1): number[] {
  const nodes = Array.from({ length: degree + 1 }, (_, i) => {
    return low + ((high - low) * (1 - Math.cos((Math.PI * (2 * i + 1)) / (2 * degree + 2)))) / 2;
  });
  const differences = nodes.map(f);
  for (let order = 1; order <= degree; order++) {
    for (let i = degree; i >= order; i--) {
      differences[i] = (differences[i]! - differences[i - 1]!) / (nodes[i]! - nodes[i - order]!);
    }
  }
  let polynomial: number[] = [];
  for (let i = degree; i >= 0; i--) {
    const shifted = [0, ...polynomial];
    for (const [j, coef] of polynomial.entries()) shifted[j] = shifted[j]! - nodes[i]! * coef;
    shifted[0] = shifted[0]! + differences[i]!;
    polynomial = shifted;
  }
  return polynomial;
}
