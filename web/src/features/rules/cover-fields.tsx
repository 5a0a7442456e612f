import { meterKinds, type Quantity } from "@smart-park/core";
import type { AlertRuleBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { nameIn, useLanguage } from "../../lib/park.ts";
import { Checks, Select } from "../../ui/field.tsx";
import classes from "./page.module.css";
import { coverAll, coveredMeters, coveredPoints } from "./watched-points.ts";

type Cover = NonNullable<AlertRuleBody["covers"]>;

/** Points by whose they are and what they are: an enterprise, a meter or outlet, kinds of meters, what is measured. */
export function CoverFields({ covers, onChange }: { covers: Cover; onChange: (covers: Cover) => void }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const { meters, enterprises } = useCatalog();
  const selectable = coveredMeters(meters, { ...covers, meterId: null });
  const inOwner = coveredMeters(meters, { ...covers, meterKinds: null });
  const kinds = meterKinds.filter(
    (kind) => inOwner.some((meter) => meter.kind === kind) || covers.meterKinds?.includes(kind),
  );
  const inKinds = coveredPoints(meters, { ...covers, quantities: null });
  const quantities = [...new Set<Quantity>(inKinds.map(({ quantity }) => quantity))].sort();
  const orAny = <T,>(values: readonly T[]): readonly T[] | null => (values.length === 0 ? null : values);
  const orNone = (id: string): string | null => (id === "" ? null : id);
  const named = (one: Parameters<typeof nameIn>[1] & { readonly id: string }) => ({
    value: one.id,
    label: nameIn(language, one),
  });
  return (
    <div className={classes.covers}>
      <div className={classes.owners}>
        {enterprises.length > 1 && (
          <Select
            label={t("rules.coverEnterprise")}
            value={covers.enterpriseId ?? ""}
            options={[{ value: "", label: t("rules.anyEnterprise") }, ...enterprises.map(named)]}
            onChange={(id) => onChange({ ...coverAll, enterpriseId: orNone(id) })}
          />
        )}
        <Select
          label={t("rules.coverMeter")}
          value={covers.meterId ?? ""}
          options={[{ value: "", label: t("rules.anyMeter") }, ...selectable.map(named)]}
          onChange={(id) => onChange({ ...covers, meterId: orNone(id), meterKinds: null, quantities: null })}
        />
      </div>
      <Checks
        label={t("rules.meterKinds")}
        values={covers.meterKinds ?? []}
        options={kinds.map((value) => ({ value: value, label: t(`kind.${value}`) }))}
        onChange={(chosen) => onChange({ ...covers, meterKinds: orAny(chosen), quantities: null })}
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
