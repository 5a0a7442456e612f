import { parseNumber, textOf } from "../lib/form-text.ts";

/** The number of a `NumberField`; null when nothing is written. */
export const numberOf = (form: FormData, name: string): number | null => parseNumber(textOf(form, name));
