import type { MeterBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { classNames } from "../lib/class-names.ts";
import { missing, unitLabel } from "../lib/format.ts";
import { usePark } from "../lib/park.ts";
import classes from "./channel-table.module.css";
import { useReading, useSecond } from "./hooks.ts";
import { ReadingValue } from "./reading.tsx";

/** All points of a meter with their newest values and times. */
export function ChannelTable({ meter }: { meter: MeterBody }): ReactNode {
  const { t } = useTranslation();
  return (
    <table className={classes.table} aria-label={t("meter.channels")}>
      <thead>
        <tr>
          <th scope="col">{t("meter.quantity")}</th>
          <th scope="col" className={classes.number}>
            {t("meter.value")}
          </th>
          <th scope="col">{t("meter.unit")}</th>
          <th scope="col">{t("meter.at")}</th>
        </tr>
      </thead>
      <tbody>
        {meter.points.map((point) => (
          <tr key={point.id}>
            <td>{t(`quantity.${point.quantity}`)}</td>
            <td className={classes.number}>
              <ReadingValue point={point.id} unit={point.unit} intervalS={meter.intervalS} />
            </td>
            <td className={classes.muted}>{unitLabel(point.unit)}</td>
            <td className={classNames(classes.muted)}>
              <ObservedAt point={point.id} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ObservedAt({ point }: { point: string }): ReactNode {
  const { format } = usePark();
  const reading = useReading(point);
  const now = useSecond();
  return reading ? format.moment(reading.at, now) : missing;
}
