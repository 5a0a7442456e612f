import type { BillBody } from "@smart-park/core/wire";
import type { TFunction } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { asks } from "../lib/asks.ts";
import { fmt, fmtScaled, fmtShare, formatNumber, missing, unitLabel } from "../lib/format.ts";
import { useRight } from "../lib/park.ts";
import { DataTable } from "../ui/data-table.tsx";
import { Basis } from "../ui/marks.tsx";
import { Empty } from "../ui/panel.tsx";
import { Tile, Tiles } from "../ui/tile.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import classes from "./figures.module.css";

type Line = BillBody["lines"][number];

interface BillViewProps {
  readonly enterprise: string;
  readonly month: string;
}

/** The month's electricity bill, line by line, with where each number comes from. */
export function BillView({ enterprise, month }: BillViewProps): ReactNode {
  const { t } = useTranslation();
  return (
    <AnswerPanel title={t("bill.title", { month })} ask={asks.bill(enterprise, month)} trust={(body) => body}>
      {(body) => (body.noBill === null ? <Bill body={body} /> : <NoBill body={body} />)}
    </AnswerPanel>
  );
}

function NoBill({ body }: { body: BillBody }): ReactNode {
  const { t } = useTranslation();
  const mayEnter = useRight("tariffs.write");
  if (body.noBill === null) return null;
  return (
    <Empty
      title={t(`bill.none.${body.noBill}`)}
      hint={t("bill.noneHint", { kwh: fmt(body.kwh, "kWh") })}
      action={mayEnter && <Link to={`/enterprises/${body.enterpriseId}?tab=contracts`}>{t("bill.enterContract")}</Link>}
    />
  );
}

/** Readings far apart measure how much was used, not when: the energy of the periods is then shared out by time. */
function SplitNote({ body: { estimatedShare, coverage } }: { body: BillBody }): ReactNode {
  const { t } = useTranslation();
  if (estimatedShare === null || estimatedShare === 0) return null;
  const told = { share: fmtShare(estimatedShare) };
  return (
    <p className={classes.note}>
      <span aria-hidden="true">≈ </span>
      {coverage.estimated === 0 ? t("bill.splitEstimated", told) : t("bill.estimated", told)}
    </p>
  );
}

const share = (price: number): string => `${formatNumber(price * 100, 2, true)} %`;

function Bill({ body }: { body: BillBody }): ReactNode {
  const { t } = useTranslation();
  const names = new Map(body.versions.map((version) => [version.id, version]));
  const isWhole = body.yuan !== null;
  return (
    <div className={classes.stack}>
      <Tiles isFlat>
        <Tile
          label={isWhole ? t("bill.total") : t("bill.knownTotal")}
          figure={{ text: fmt(isWhole ? body.yuan : body.knownYuan, "元", { unit: false }), unit: "¥" }}
          isLow={!isWhole}
          sub={body.billState === null ? null : t(`bill.state.${body.billState}`)}
        />
        <Tile label={t("energy.monthEnergy")} figure={fmtScaled(body.kwh, "kWh")} />
        <Tile
          label={t("bill.meanPrice")}
          figure={{
            text: fmt(body.yuan === null || !body.kwh ? null : body.yuan / body.kwh, "元/kWh", { unit: false }),
            unit: "¥/kWh",
          }}
        />
        <Tile label={t("energy.monthMax")} figure={fmtScaled(body.maxDemandKw, "kW")} />
        <Tile label={t("quantity.powerFactor")} figure={{ text: fmt(body.powerFactor, "1"), unit: "" }} />
      </Tiles>
      {body.closing && <ClosedBeside body={body} />}
      <SplitNote body={body} />
      <DataTable<Line>
        label={t("bill.title", { month: body.month })}
        rows={body.lines}
        keyOf={(line, n) => `${line.kind} ${line.period ?? ""} ${n}`}
        isMarked={({ yuan }) => yuan === null}
        columns={[
          { key: "line", head: t("bill.line"), cell: (line) => <LineName line={line} /> },
          {
            key: "quantity",
            head: t("bill.quantity"),
            isNumber: true,
            cell: ({ quantity, unit, estimatedQuantity }) => (
              <>
                {estimatedQuantity > 0 && (
                  <span title={t("bill.estimatedPart", { value: fmt(estimatedQuantity, unit) })}>≈ </span>
                )}
                {fmt(quantity, unit, { decimals: 2 })}
              </>
            ),
          },
          {
            key: "price",
            head: t("bill.price"),
            isNumber: true,
            cell: ({ kind, price, unit }) =>
              price === null
                ? missing
                : kind === "powerFactor"
                  ? share(price)
                  : `${formatNumber(price, 4)} ¥/${unitLabel(unit)}`,
          },
          {
            key: "yuan",
            head: t("bill.amount"),
            isNumber: true,
            isMain: true,
            cell: ({ yuan, missing: reason }) =>
              yuan === null ? (
                <span className={classes.caution}>{reasonText(t, reason)}</span>
              ) : (
                fmt(yuan, "元", { unit: false })
              ),
          },
          {
            key: "basis",
            head: t("bill.basis"),
            cell: ({ versionIds }) => (
              <span className={classes.missing} lang="zh">
                {versionIds.map((id) => names.get(id)?.name ?? id).join(" · ")}
              </span>
            ),
          },
        ]}
        foot={{
          line: t("meter.total"),
          yuan: isWhole ? fmt(body.yuan, "元", { unit: false }) : `≥ ${fmt(body.knownYuan, "元", { unit: false })}`,
        }}
      />
      <p className={classes.note}>
        {t("bill.contract", {
          from: body.contract?.effectiveFrom ?? missing,
          day: body.contract?.billingDay ?? missing,
        })}{" "}
        {t("bill.period", { from: body.from.slice(0, 10), until: body.knownUntil.slice(0, 16).replace("T", " ") })}
      </p>
      <Basis versions={body.versions} method={t("bill.method")} />
    </div>
  );
}

const missingReasons = [
  "noPrice",
  "noRatio",
  "noTimeOfUseTable",
  "noConsumption",
  "noRules",
  "noMaxDemand",
  "noReactiveEnergy",
  "baseUnknown",
] as const;

function reasonText(t: TFunction, reason: string | null): string {
  const known = missingReasons.find((one) => one === reason);
  return known === undefined ? (reason ?? missing) : t(`bill.missing.${known}`);
}

function LineName({ line: { kind, period, part } }: { line: Line }): ReactNode {
  const { t } = useTranslation();
  const detail = period !== null ? t(`tou.name.${period}`) : part !== null ? t(`bill.part.${part}`) : null;
  return (
    <>
      {t(`bill.kind.${kind}`)}
      {detail !== null && <span className={classes.note}> · {detail}</span>}
    </>
  );
}

/** What was signed, beside what would be signed now. */
function ClosedBeside({ body }: { body: BillBody }): ReactNode {
  const { t } = useTranslation();
  const signed = body.closing?.figures["electricity.yuan"]?.value ?? null;
  const differs = signed !== null && body.yuan !== null && Math.abs(signed - body.yuan) >= 0.01;
  return (
    <p className={differs ? classes.warning : classes.note}>
      {t("bill.signed", {
        value: fmt(signed, "元"),
        by: body.closing?.closedBy ?? missing,
        at: (body.closing?.closedAt ?? "").slice(0, 16).replace("T", " "),
      })}
      {differs &&
        ` ${t("bill.signedDiffers", { value: fmt((body.yuan ?? 0) - (signed ?? 0), "元", { signed: true }) })}`}
    </p>
  );
}
