/**
 * The line through values, oldest first, as an SVG path. A value further than `reach` places behind the last one begins a
 * new stroke: what nobody measured is a gap.
 */
export function sparkPath(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
  reach = 1,
): string {
  let before = -Infinity;
  const steps: string[] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    steps.push(`${index - before > reach ? "M" : "L"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`);
    before = index;
  });
  return steps.join("");
}
