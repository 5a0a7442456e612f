import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { asks } from "../lib/asks.ts";
import { useCatalog } from "../lib/catalog.ts";
import { decimalsOfLimit, fmt, formatNumber, missing, unitLabel } from "../lib/format.ts";
import { splitPoint } from "../lib/park.ts";
import type { PointBody } from "../lib/point-groups.ts";
import type { ParsedRange } from "../lib/time-range.ts";
import { changed } from "../lib/use-address.ts";
import { useReading } from "../live/hooks.ts";
import { Panel } from "../ui/panel.tsx";
import { useAnswer } from "./answer-panel.tsx";
import type { EmissionsViewProps } from "./emissions-view.tsx";
import classes from "./figures.module.css";
import { judgedGlyph } from "./judged-glyph.ts";
import { useOutlet } from "./use-outlet.ts";

/** Every outlet's newest judged hour, for a glance. */
export function OutletsNow({ enterprise, range }: EmissionsViewProps): ReactNode {
  const { t } = useTranslation();
  const { outlets, isLimited } = useOutlet(enterprise);
  if (outlets.length === 0) return null;
  return (
    <Panel title={t("emissions.outlets")} isFlush aside={t("emissions.outletsHint")}>
      <ul className={classes.cards}>
        {outlets.map(({ meter, points }) => (
          <li key={meter.id} className={classes.card}>
            <OutletRow id={meter.id} points={points} isLimited={isLimited} range={range} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

interface OutletRowProps {
  readonly id: string;
  readonly points: readonly PointBody[];
  readonly isLimited: (point: PointBody) => boolean;
  readonly range: ParsedRange;
}

function OutletRow({ id, points, isLimited, range }: OutletRowProps): ReactNode {
  const { meterName, enterpriseName, meter } = useCatalog();
  return (
    <div className={classes.line}>
      <strong>{meterName(id)}</strong>
      <span className={classes.note}>{enterpriseName(meter(id)?.enterpriseId ?? "")}</span>
      <span className={classes.marks}>
        {points.map((point) =>
          isLimited(point) ? (
            <PollutantNow key={point.id} point={point.id} range={range} />
          ) : (
            <PollutantLive key={point.id} point={point.id} />
          ),
        )}
      </span>
    </div>
  );
}

/** Leads to the means of a pollutant. */
function PollutantLink({ point, children }: { point: string; children: (name: string) => ReactNode }): ReactNode {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const { meterId, quantity } = splitPoint(point);
  return (
    <Link to={`?${changed(search, { outlet: meterId, pol: quantity, span: null }).toString()}`}>
      {children(t(`quantity.${quantity as "nox"}`)) /* a quantity of the registry */}
    </Link>
  );
}

/** Without a limit nothing is judged: the value as it comes. */
function PollutantLive({ point }: { point: string }): ReactNode {
  const { pointOf } = useCatalog();
  const reading = useReading(point);
  return (
    <PollutantLink point={point}>
      {(name) => `${name} ${fmt(reading?.value, pointOf(point)?.unit ?? "")}`}
    </PollutantLink>
  );
}

function PollutantNow({ point, range }: { point: string; range: ParsedRange }): ReactNode {
  const { data } = useAnswer(asks.hourlyMeans(point, range));
  const last = data?.rows.findLast(({ reason }) => reason !== "running");
  const limit = data?.versions.at(-1);
  const state = last?.state ?? "notJudged";
  const tone = state === "exceeded" ? classes.bad : state === "warning" ? classes.caution : undefined;
  return (
    <PollutantLink point={point}>
      {(name) => (
        <span className={tone}>
          {judgedGlyph[state]} {name}{" "}
          {last ? fmt(last.value ?? last.measured, data?.unit ?? "", { unit: false }) : missing}
          {limit && ` / ${formatNumber(limit.max, decimalsOfLimit(limit.max))}`} {unitLabel(data?.unit ?? "")}
        </span>
      )}
    </PollutantLink>
  );
}
