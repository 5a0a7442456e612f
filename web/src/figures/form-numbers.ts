import { parseNumber, textOf } from "../lib/form-text.ts";

/** A field's number as people write it; null when nothing is written, NaN when it is no number. */
export const numberOf = (form: FormData, name: string): number | null => parseNumber(textOf(form, name));

export const textValue = (value: number | null | undefined): string => (value == null ? "" : String(value));
