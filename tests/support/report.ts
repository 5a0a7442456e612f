/** Prints what a test measured; such figures are told, seldom asserted, because they depend on the machine. */
export function report(what: string, figures: Readonly<Record<string, number>>): void {
  const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  const texts = Object.entries(figures).map(([name, value]) => `${name} ${rounded(value)}`);
  process.stdout.write(`measured: ${what}: ${texts.join(", ")}\n`);
}
