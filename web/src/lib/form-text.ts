/** Text of a form's field; empty when there is none of that name. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

/** What people write as a number, `1,234.5` and `−3` too; null when nothing is written, NaN when it is no number. */
export function parseNumber(text: string): number | null {
  const plain = text.replaceAll(",", "").replaceAll("−", "-").trim();
  return plain === "" ? null : Number(plain);
}
