import { meterKinds, type Quantity } from "@smart-park/core";
import type { AlertRuleBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { Checks } from "../../ui/field.tsx";
import classes from "./page.module.css";
import { coveredPoints } from "./watched-points.ts";

type Cover = NonNullable<AlertRuleBody["covers"]>;

/** Points by what they are: kinds of meters, and what is measured. Nothing ticked = any. */
export function CoverFields({ covers, onChange }: { covers: Cover; onChange: (covers: Cover) => void }): ReactNode {
  const { t } = useTranslation();
  const { meters } = useCatalog();
  const kinds = meterKinds.filter(
    (kind) => meters.some((meter) => meter.kind === kind) || covers.meterKinds?.includes(kind),
  );
  const inKinds = coveredPoints(meters, { ...covers, quantities: null });
  const quantities = [...new Set<Quantity>(inKinds.map(({ quantity }) => quantity))].sort();
  const orAny = <T,>(values: readonly T[]): readonly T[] | null => (values.length === 0 ? null : values);
  return (
    <div className={classes.covers}>
      <Checks
        label={t("rules.meterKinds")}
        values={covers.meterKinds ?? []}
        options={kinds.map((value) => ({ value: value, label: t(`kind.${value}`) }))}
        onChange={(chosen) => onChange({ meterKinds: orAny(chosen), quantities: null })}
      />
      <Checks
        label={t("rules.quantities")}
        values={covers.quantities ?? []}
        options={quantities.map((value) => ({ value: value, label: t(`quantity.${value}`) }))}
        onChange={(chosen) => onChange({ ...covers, quantities: orAny(chosen) })}
      />
      <p className={classes.note}>{t("rules.coverHint")}</p>
    </div>
  );
}
