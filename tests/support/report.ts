/** Prints what a test measured; such figures are told, seldom asserted, because they depend on the machine. */
export function report(what: string, figures: Readonly<Record<string, number>>): void {
  const texts = Object.entries(figures).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  process.stdout.write(`measured: ${what}: ${texts.join(", ")}\n`);
}
