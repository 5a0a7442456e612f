import { textOf } from "../lib/form-text.ts";

/** A number as people write it, `1,234.5` too; null when nothing is written, NaN when it is no number. */
export function numberOf(form: FormData, name: string): number | null {
  const text = textOf(form, name).replaceAll(",", "").replaceAll("−", "-").trim();
  return text === "" ? null : Number(text);
}

export const textValue = (value: number | null | undefined): string => (value == null ? "" : String(value));
