/** Text of a form's field; empty when there is none of that name. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

const writtenNumber = /^-?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?(e[+-]?\d+)?$/i;

/**
 * What people write as a number: `1,234.5`, `−3`, full-width digits; null when nothing is written. NaN when it is no
 * number, or might be another one: a comma counts only between thousands, so that `1,5` is not taken for 15.
 */
export function parseNumber(text: string): number | null {
  const plain = text.normalize("NFKC").replaceAll("−", "-").trim();
  if (plain === "") return null;
  const number = /\d/.test(plain) && writtenNumber.test(plain) ? Number(plain.replaceAll(",", "")) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}
