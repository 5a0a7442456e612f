import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { UseKind } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { nameIn, useLanguage, usePark } from "../lib/park.ts";
import { figurePresets } from "../lib/time-range.ts";
import { useAddress } from "../lib/use-address.ts";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/field.tsx";
import { RangeControl } from "../ui/range-control.tsx";
import classes from "./figures.module.css";
import type { RangeView } from "./use-range.ts";

/** Which range; of one that has only just begun it is said when there will be something to see. */
export function RangeChoice({ view: { text, range, firstAt, change } }: { view: RangeView }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  return (
    <>
      <RangeControl text={text} range={range} presets={figurePresets} onChange={change} />
      {firstAt !== null && (
        <p role="status" className={classes.note}>
          <span aria-hidden="true">◔ </span>
          {t("range.begins", { from: format.minute(range.from), at: format.minute(firstAt) })}
        </p>
      )}
    </>
  );
}

interface EnterpriseChoiceProps {
  readonly value: string;
  /** Only enterprises with a meter of this kind. */
  readonly kind?: UseKind;
  /** Offers the park as a whole, as an empty id. */
  readonly hasPark?: boolean;
}

/** Enterprises that a page can show, by name in the chosen language. */
export function useEnterpriseIds(kind?: UseKind): readonly string[] {
  const { enterprises, meters } = useCatalog();
  if (kind === undefined) return enterprises.map(({ id }) => id);
  const owners = new Set(meters.filter((meter) => meter.kind === kind).map(({ enterpriseId }) => enterpriseId));
  return enterprises.filter(({ id }) => owners.has(id)).map(({ id }) => id);
}

/** Whose figures are shown: `ent` in the address. */
export function EnterpriseChoice({ value, kind, hasPark = false }: EnterpriseChoiceProps): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const { enterprise } = useCatalog();
  const address = useAddress();
  const ids = useEnterpriseIds(kind);
  const options = ids.flatMap((id) => {
    const found = enterprise(id);
    return found ? [{ value: id, label: nameIn(language, found) }] : [];
  });
  return (
    <Select
      label={t("figure.scope")}
      value={value}
      options={[...(hasPark ? [{ value: "", label: t("figure.park") }] : []), ...options]}
      onChange={(chosen) => address.change({ ent: chosen === "" ? null : chosen })}
    />
  );
}

/** Meter kinds whose use adds up. */
export const useKinds = ["electricity", "water", "gas", "steam", "heat", "pv"] as const satisfies readonly UseKind[];

/** The medium: `carrier` in the address; only what the park has meters of. */
export function KindChoice({ value }: { value: UseKind }): ReactNode {
  const { t } = useTranslation();
  const { meters } = useCatalog();
  const address = useAddress();
  const present = useKinds.filter((kind) => kind === value || meters.some((meter) => meter.kind === kind));
  return (
    <Select
      label={t("figure.carrier")}
      value={value}
      options={present.map((kind) => ({ value: kind, label: t(`kind.${kind}`) }))}
      onChange={(chosen) => address.change({ carrier: chosen })}
    />
  );
}

interface MonthChoiceProps {
  readonly month: string;
  readonly months: readonly string[];
  readonly change: (month: string) => void;
}

/** A billing month, with steps to its neighbours. */
export function MonthChoice({ month, months, change }: MonthChoiceProps): ReactNode {
  const { t } = useTranslation();
  const at = months.indexOf(month);
  const step = (by: number): void => {
    const next = months[at + by];
    if (next !== undefined) change(next);
  };
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 2 }}>
      <Select
        label={t("figure.month")}
        value={month}
        options={months.map((value) => ({ value, label: value }))}
        onChange={change}
      />
      <Button
        look="quiet"
        icon="left"
        aria-label={t("figure.monthBefore")}
        disabled={at >= months.length - 1}
        onClick={() => step(1)}
      />
      <Button
        look="quiet"
        icon="right"
        aria-label={t("figure.monthAfter")}
        disabled={at <= 0}
        onClick={() => step(-1)}
      />
    </span>
  );
}
