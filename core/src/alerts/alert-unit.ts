import type { AlertRule } from "./alert-rule.ts";

/** The unit of an alert's value and limit: what its kind of rule judges is not always the point's own value. */
export function alertUnit(kind: AlertRule["kind"], pointUnit: string): string {
  switch (kind) {
    case "silence":
    case "treatment":
      return "s";
    case "demand":
      return "kW";
    case "dataQuality":
      return "%";
    default:
      return pointUnit;
  }
}
