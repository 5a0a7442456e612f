import { tariffPeriods, type RegulatedKind, type RegulatedValues } from "@smart-park/core";
import type { RegulatedBody } from "@smart-park/core/wire";
import { numberOf } from "../../figures/form-numbers.ts";
import { textOf } from "../../lib/form-text.ts";

/** Kinds that a form can write; tables of hours, holidays and steps come by the API. */
export const enteredKinds = [
  "number",
  "energyPrice",
  "gridCarbon",
  "fuelCarbon",
] as const satisfies readonly RegulatedKind[];
export type EnteredKind = (typeof enteredKinds)[number];

/** Of energy prices only those that are told as one price for each period. */
export function isEnteredKind(version: Pick<RegulatedBody, "kind" | "value">): boolean {
  if (!enteredKinds.some((kind) => kind === version.kind)) return false;
  return version.kind !== "energyPrice" || (version.value as RegulatedValues["energyPrice"]).form === "allIn";
}

/** What puts a version as it is; a confirmation is not among it, it is given again. */
export function toRegulatedRequest(version: RegulatedBody): object {
  const { id, kind, subject, name, value, unit, effectiveFrom, effectiveTo } = version;
  const { source, documentNumber, status, note } = version;
  const body = { id, kind, subject, name, value, unit, effectiveFrom, effectiveTo, source, documentNumber, status };
  return note === null ? body : { ...body, note };
}

/** Called after what it is of and its first day, and never as a version that there is. */
export function newVersionId(subject: string, from: string, taken: ReadonlySet<string>): string {
  const longest = 80;
  for (let n = 1; ; n++) {
    const tail = `.${from}${n === 1 ? "" : `.${n}`}`;
    const id = `${subject.slice(0, longest - tail.length)}${tail}`;
    if (!taken.has(id)) return id;
  }
}

/** The value that the form holds, in the shape of its kind; what is not written is null, which the server refuses. */
export function valueOf(kind: EnteredKind, form: FormData): unknown {
  const number = (name: string): number | null => numberOf(form, name);
  switch (kind) {
    case "number":
      return number("value");
    case "gridCarbon":
      return { year: number("year"), kgPerKwh: number("kgPerKwh") };
    case "fuelCarbon":
      return { ncvGj: number("ncvGj"), carbonTPerTj: number("carbonTPerTj"), oxidation: number("oxidation") };
    case "energyPrice":
      return {
        form: "allIn",
        yuanPerKwh: Object.fromEntries(
          tariffPeriods.flatMap((period) => {
            const price = number(period);
            return price === null ? [] : [[period, price]];
          }),
        ),
        governmentFund: { yuanPerKwh: number("fund") ?? 0, isIncluded: textOf(form, "isIncluded") === "yes" },
      };
  }
}
