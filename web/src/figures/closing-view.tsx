import type { ClosingBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isApiError, postJson } from "../lib/api-client.ts";
import { asks } from "../lib/asks.ts";
import { download, toCsv } from "../lib/csv.ts";
import { fmt, fmtShare } from "../lib/format.ts";
import { usePark, useRight } from "../lib/park.ts";
import { useSecond } from "../live/hooks.ts";
import { Button } from "../ui/button.tsx";
import { DataTable } from "../ui/data-table.tsx";
import { DialogForm } from "../ui/confirm-dialog.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Basis, StateMark } from "../ui/marks.tsx";
import { Empty, Failed, Panel, Skeleton } from "../ui/panel.tsx";
import { toast } from "../ui/toast.tsx";
import { useAnswer } from "./answer-panel.tsx";
import classes from "./figures.module.css";

interface ClosingViewProps {
  readonly enterprise: string;
  readonly month: string;
}

/** Whether a month is signed, by whom, and what would be different now. */
export function ClosingView({ enterprise, month }: ClosingViewProps): ReactNode {
  const { t } = useTranslation();
  const query = useAnswer(asks.closing(enterprise, month));
  const isOpen = isApiError(query.error) && query.error.status === 404;
  const [asked, setAsked] = useState<"close" | "reopen" | null>(null);
  const state = query.data?.state;
  return (
    <Panel
      title={t("closing.title", { month })}
      aside={state !== undefined && state !== "reopened" && <StateMark state={state} />}
      actions={
        <Actions month={month} isSigned={state === "closed"} onAsk={setAsked} body={isOpen ? undefined : query.data} />
      }
    >
      {isOpen ? (
        <Empty title={t("closing.open")} hint={t("closing.openHint")} />
      ) : query.data ? (
        <Signed body={query.data} />
      ) : query.error ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton />
      )}
      {asked && <ClosingDialog enterprise={enterprise} month={month} action={asked} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

interface ActionsProps {
  readonly month: string;
  readonly isSigned: boolean;
  readonly body: ClosingBody | undefined;
  readonly onAsk: (action: "close" | "reopen") => void;
}

function Actions({ month, isSigned, body, onAsk }: ActionsProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const mayClose = useRight("months.close");
  const isOver = month < format.month(useSecond());
  const figureName = useFigureName();
  const save = (): void => {
    if (!body) return;
    const rows = Object.entries(body.document.figures).map(([name, { value, unit, known }]) => [
      figureName(name),
      value,
      unit,
      known * 100,
    ]);
    const notes = [
      [t("closing.hash"), body.hash],
      [t("closing.by", { by: body.closedBy, at: body.closedAt }), ""],
    ];
    download(
      `${t("closing.title", { month })}_${body.enterpriseId}.csv`,
      toCsv([
        [t("closing.figure"), t("closing.signed"), t("meter.unit"), `${t("figure.known")} (%)`],
        ...rows,
        ...notes,
      ]),
    );
  };
  return (
    <>
      {body && (
        <Button isSmall look="quiet" icon="download" onClick={save}>
          CSV
        </Button>
      )}
      {mayClose &&
        (isSigned ? (
          <Button isSmall onClick={() => onAsk("reopen")}>
            {t("closing.reopen")}
          </Button>
        ) : (
          <Button
            isSmall
            look="primary"
            disabled={!isOver}
            title={isOver ? undefined : t("closing.notOver")}
            onClick={() => onAsk("close")}
          >
            {t("closing.close")}
          </Button>
        ))}
    </>
  );
}

const carriers = ["electricity", "water", "gas", "steam", "heat"] as const;
// prettier-ignore
const figureParts = [
  "kwh", "yuan", "amount", "maxDemandKw", "powerFactor", "forwardKvarh", "reverseKvarh",
  "basic", "energy", "governmentFund", "capacity", "declaredDemand", "excessDemand", "actualDemand",
] as const;

/** `electricity.kwh.peak` in words; a part nobody named yet stays as it is. */
function useFigureName(): (name: string) => string {
  const { t } = useTranslation();
  return (name) =>
    name
      .split(".")
      .map((part) => {
        const carrier = carriers.find((one) => one === part);
        if (carrier !== undefined) return t(`kind.${carrier}`);
        const known = figureParts.find((one) => one === part);
        if (known !== undefined) return t(`closing.part.${known}`);
        const period = (["sharp", "peak", "flat", "valley", "deepValley"] as const).find((one) => one === part);
        return period === undefined ? part : t(`tou.name.${period}`);
      })
      .join(" · ");
}

function Signed({ body }: { body: ClosingBody }): ReactNode {
  const { t } = useTranslation();
  const figureName = useFigureName();
  const changes = new Map(body.adjustments.map((one) => [one.figure, one]));
  const figures = Object.entries(body.document.figures).map(([name, figure]) => ({
    name,
    ...figure,
    change: changes.get(name),
  }));
  type Row = (typeof figures)[number];
  const text = (value: number | null | undefined, unit: string): string =>
    fmt(value, unit, { unit: false, decimals: unit === "元" || unit === "1" ? 2 : 1 });
  return (
    <div className={classes.stack}>
      <p className={classes.line}>
        <span>
          {body.state === "reopened" ? "↺" : "✓"}{" "}
          {t("closing.by", { by: body.closedBy, at: body.closedAt.slice(0, 16).replace("T", " ") })} ·{" "}
          {t("closing.version", { n: body.version })}
        </span>
        <span className={body.isIntact ? classes.good : classes.bad}>
          {t(body.isIntact ? "closing.intact" : "closing.broken")}
        </span>
      </p>
      {body.reopened && (
        <p className={classes.warning}>
          ▲{" "}
          {t("closing.reopenedBy", {
            by: body.reopened.by,
            at: body.reopened.at.slice(0, 16).replace("T", " "),
            reason: body.reopened.reason,
          })}
        </p>
      )}
      <p className={body.adjustments.length > 0 ? classes.warning : classes.note}>
        {body.adjustments.length > 0
          ? `▲ ${t("closing.adjusted", { count: body.adjustments.length })}`
          : `✓ ${t("closing.unchanged")}`}
      </p>
      <DataTable<Row>
        label={t("closing.figures")}
        rows={figures}
        keyOf={({ name }) => name}
        isMarked={({ change }) => change !== undefined}
        columns={[
          { key: "name", head: t("closing.figure"), cell: ({ name }) => figureName(name) },
          { key: "unit", head: t("meter.unit"), cell: ({ unit }) => (unit === "元" ? "¥" : unit === "1" ? "" : unit) },
          { key: "signed", head: t("closing.signed"), isNumber: true, cell: ({ value, unit }) => text(value, unit) },
          {
            key: "now",
            head: t("closing.now"),
            isNumber: true,
            cell: ({ change, value, unit }) => text(change ? change.current : value, unit),
          },
          {
            key: "difference",
            head: t("comparison.difference"),
            isNumber: true,
            cell: ({ change, unit }) =>
              change ? fmt(change.difference, unit, { unit: false, signed: true, decimals: 2 }) : "0",
          },
          {
            key: "causes",
            head: t("closing.causes"),
            cell: ({ change }) => change?.causes.map((cause) => t(`closing.cause.${cause}`)).join(", ") ?? "",
          },
          { key: "known", head: t("figure.known"), isNumber: true, cell: ({ known }) => fmtShare(known) },
        ]}
      />
      <details>
        <summary>{t("closing.history", { count: body.history.length })}</summary>
        <ol className={classes.stack}>
          {body.history.map((entry) => (
            <li key={entry.version} className={classes.note}>
              {t("closing.version", { n: entry.version })} ·{" "}
              {t("closing.by", { by: entry.closedBy, at: entry.closedAt.slice(0, 16).replace("T", " ") })}
              {entry.reopened &&
                ` · ${t("closing.reopenedBy", { by: entry.reopened.by, at: entry.reopened.at.slice(0, 16).replace("T", " "), reason: entry.reopened.reason })}`}
              <br />
              <code style={{ overflowWrap: "anywhere" }}>SHA-256 {entry.hash}</code>
            </li>
          ))}
        </ol>
      </details>
      <Basis versions={body.document.versions} />
    </div>
  );
}

interface ClosingDialogProps extends ClosingViewProps {
  readonly action: "close" | "reopen";
  readonly onClose: () => void;
}

/** Signing says what it does; reopening asks why. */
function ClosingDialog({ enterprise, month, action, onClose }: ClosingDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const base = `/enterprises/${encodeURIComponent(enterprise)}/month-closings`;
  const act = useMutation({
    mutationFn: () =>
      action === "close" ? postJson(base, { month }) : postJson(`${base}/${month}/reopen`, { reason: reason.trim() }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["figures"] });
      toast(t(`closing.done.${action}`));
      onClose();
    },
  });
  return (
    <Dialog title={t(`closing.ask.${action}`, { month })} onClose={onClose}>
      <DialogForm
        confirm={t(`closing.${action}`)}
        isPending={act.isPending}
        refusal={act.error}
        onConfirm={() => act.mutate()}
        onClose={onClose}
      >
        <p>{t(`closing.askHint.${action}`)}</p>
        {action === "reopen" && (
          <Field
            label={t("alerts.reason")}
            required
            maxLength={120}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </DialogForm>
    </Dialog>
  );
}
