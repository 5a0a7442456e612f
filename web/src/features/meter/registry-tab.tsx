import type { MeterBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCatalog } from "../../lib/catalog.ts";
import { formatNumber, missing } from "../../lib/format.ts";
import { useRight } from "../../lib/park.ts";
import { selectionText } from "../../lib/register-address.ts";
import { useSecond } from "../../live/hooks.ts";
import { Panel } from "../../ui/panel.tsx";
import classes from "./page.module.css";

/** What is registered about a meter and where its values come from. */
export function RegistryTab({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const { meters, enterprise, enterpriseName, meterName } = useCatalog();
  const children = meters.filter((other) => other.parentId === meter.id);
  const isDemo = enterprise(meter.enterpriseId)?.demo ?? false;
  const source = meter.dataSource ?? missing;
  return (
    <div className={classes.stack}>
      <Panel title={t("meter.registry")}>
        <dl className={classes.rows}>
          <dt>{t("meter.id")}</dt>
          <dd>
            <code>{meter.id}</code>
          </dd>
          <dt>{t("meter.enterprise")}</dt>
          <dd>{enterpriseName(meter.enterpriseId)}</dd>
          <dt>{t("meter.kind")}</dt>
          <dd>{t(`kind.${meter.kind}`)}</dd>
          <dt>{t("meter.interval")}</dt>
          <dd>{t("meter.seconds", { n: meter.intervalS })}</dd>
          <dt>{t("meter.zone")}</dt>
          <dd>{meter.zoneId ?? missing}</dd>
          <dt>{t("meter.workshop")}</dt>
          <dd>{meter.workshop ?? missing}</dd>
          <dt>{t("meter.parent")}</dt>
          <dd>
            {meter.parentId === null ? (
              missing
            ) : (
              <Link to={`/meters/${meter.parentId}`}>{meterName(meter.parentId)}</Link>
            )}
          </dd>
          {children.length > 0 && (
            <>
              <dt>{t("meter.children")}</dt>
              <dd>
                {children.map((child, index) => (
                  <span key={child.id}>
                    {index > 0 && ", "}
                    <Link to={`/meters/${child.id}`}>{meterName(child.id)}</Link>
                  </span>
                ))}
              </dd>
            </>
          )}
          <dt>{t("meter.dataSource")}</dt>
          <dd>{isDemo && meter.dataSource ? t("meter.dataSourceDemo", { source }) : source}</dd>
        </dl>
      </Panel>
      <Panel title={t("meter.points")} isFlush>
        <PointTable meter={meter} />
      </Panel>
    </div>
  );
}

const dayMs = 86_400_000;

/** The points; who may, records at a register that its meter was exchanged: the old one ends, the new one goes on from there. */
function PointTable({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  const mayExchange = useRight("registry.write");
  const now = Math.floor(useSecond() / 60_000) * 60_000;
  const number = (value: number | null): string =>
    value === null ? missing : formatNumber(value, Number.isInteger(value) ? 0 : 2);
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t("meter.points")}>
      <table className={classes.table} aria-label={t("meter.points")}>
        <thead>
          <tr>
            <th scope="col">{t("meter.quantity")}</th>
            <th scope="col">{t("meter.unit")}</th>
            <th scope="col">{t("meter.pointKind")}</th>
            <th scope="col" className={classes.number}>
              {t("meter.multiplier")}
            </th>
            <th scope="col">{t("meter.side")}</th>
            <th scope="col" className={classes.number}>
              {t("meter.modulus")}
            </th>
            <th scope="col">{t("meter.bounds")}</th>
            <th scope="col">{t("meter.stamp")}</th>
            {mayExchange && (
              <th scope="col">
                <span className="visually-hidden">{t("meter.exchange")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {meter.points.map((point) => (
            <tr key={point.id}>
              <td>{t(`quantity.${point.quantity}`)}</td>
              <td>{point.unit}</td>
              <td>{point.kind === "counter" ? t("meter.counter") : t("meter.gauge")}</td>
              <td className={classes.number}>{number(point.multiplier)}</td>
              <td>{point.valueSide === "primary" ? t("meter.primary") : t("meter.secondary")}</td>
              <td className={classes.number}>{number(point.modulus)}</td>
              <td>
                {point.min === null && point.max === null ? missing : `${number(point.min)} … ${number(point.max)}`}
              </td>
              <td>{point.stampAt === "end" ? t("meter.stampEnd") : t("meter.stampStart")}</td>
              {mayExchange && (
                <td>
                  {point.kind === "counter" && (
                    <Link to={`/ops/quality?sel=${selectionText(point.id, now - dayMs, now)}`}>
                      {t("meter.exchange")}
                    </Link>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
