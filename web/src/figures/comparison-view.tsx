import type { BillComparisonBody } from "@smart-park/core/wire";
import { billCauses, type BillCause } from "@smart-park/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { putJson } from "../lib/api-client.ts";
import { asks } from "../lib/asks.ts";
import { fmt, fmtShare, missing, unitLabel } from "../lib/format.ts";
import { useRight } from "../lib/park.ts";
import { supplierBillsQuery } from "../lib/queries.ts";
import { useAddress } from "../lib/use-address.ts";
import { Button } from "../ui/button.tsx";
import { DataTable } from "../ui/data-table.tsx";
import { DialogForm } from "../ui/confirm-dialog.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Select } from "../ui/field.tsx";
import { Empty } from "../ui/panel.tsx";
import { toast } from "../ui/toast.tsx";
import { AnswerPanel } from "./answer-panel.tsx";
import classes from "./figures.module.css";

/** Fetched when somebody enters a bill: who only looks does without it. */
const SupplierBillForm = lazy(() =>
  import("./supplier-bill-form.tsx").then((module) => ({ default: module.SupplierBillForm })),
);

type Line = BillComparisonBody["lines"][number];
const tolerances = ["0", "1", "2", "5"] as const;

interface ComparisonViewProps {
  readonly enterprise: string;
  readonly month: string;
}

/** The computed month beside the supplier's paper: what differs by more than allowed, and why. */
export function ComparisonView({ enterprise, month }: ComparisonViewProps): ReactNode {
  const { t } = useTranslation();
  const address = useAddress();
  const mayEnter = useRight("inputs.write");
  const [isOpen, setIsOpen] = useState(false);
  const tolerance = address.oneOf("tolerance", tolerances, "2");
  const enter = (label: string): ReactNode =>
    mayEnter && (
      <Button isSmall onClick={() => setIsOpen(true)}>
        {label}
      </Button>
    );
  return (
    <>
      <AnswerPanel
        title={t("comparison.title", { month })}
        ask={asks.comparison(enterprise, month, Number(tolerance))}
        trust={(body) => body}
        actions={(body) => (
          <>
            <Select
              label={t("comparison.tolerance")}
              value={tolerance}
              options={tolerances.map((value) => ({ value, label: `${value} %` }))}
              onChange={(value) => address.change({ tolerance: value })}
            />
            {body.supplier && enter(t("comparison.change"))}
          </>
        )}
      >
        {(body) =>
          body.supplier === null ? (
            <Empty title={t("comparison.none")} hint={t("comparison.noneHint")} action={enter(t("comparison.enter"))} />
          ) : (
            <Lines body={body} />
          )
        }
      </AnswerPanel>
      {isOpen && (
        <Suspense fallback={null}>
          <SupplierBillForm enterprise={enterprise} month={month} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

function Lines({ body }: { body: BillComparisonBody }): ReactNode {
  const { t } = useTranslation();
  const [explained, setExplained] = useState<Line | null>(null);
  const open = body.lines.filter(({ isAboveTolerance, cause }) => isAboveTolerance && cause === null).length;
  const isCompared = body.lines.some(({ difference }) => difference !== null);
  const digits = (unit: Line["unit"]): number => (unit === "1" || unit === "元" ? 2 : 0);
  return (
    <div className={classes.stack}>
      <p className={open > 0 || !isCompared ? classes.warning : classes.note}>
        {open > 0
          ? `▲ ${t("comparison.open", { count: open })}`
          : isCompared
            ? `✓ ${t("comparison.allExplained")}`
            : `▲ ${t("comparison.nothingCompared")}`}{" "}
        {body.supplier &&
          t("comparison.entered", { by: body.supplier.enteredBy, at: body.supplier.enteredAt.slice(0, 10) })}
      </p>
      <DataTable<Line>
        label={t("comparison.title", { month: body.month })}
        rows={body.lines}
        keyOf={({ line }) => line}
        isMarked={({ isAboveTolerance }) => isAboveTolerance === true}
        columns={[
          {
            key: "line",
            head: t("bill.line"),
            cell: ({ line, unit }) => `${lineName(line)}${unitLabel(unit) === "" ? "" : ` (${unitLabel(unit)})`}`,
          },
          {
            key: "computed",
            head: t("comparison.computed"),
            isNumber: true,
            cell: (l) => fmt(l.computed, l.unit, { unit: false, decimals: digits(l.unit) }),
          },
          {
            key: "supplier",
            head: t("comparison.supplier"),
            isNumber: true,
            cell: (l) => fmt(l.supplier, l.unit, { unit: false, decimals: digits(l.unit) }),
          },
          {
            key: "difference",
            head: t("comparison.difference"),
            isNumber: true,
            isMain: true,
            cell: (l) => fmt(l.difference, l.unit, { unit: false, signed: true, decimals: digits(l.unit) }),
          },
          {
            key: "share",
            head: "%",
            isNumber: true,
            cell: ({ share, isAboveTolerance }) => (
              <span className={isAboveTolerance ? classes.bad : undefined}>
                {isAboveTolerance ? "▲ " : ""}
                {share === null ? missing : `${share < 0 ? "−" : ""}${fmtShare(Math.abs(share))}`}
              </span>
            ),
          },
          {
            key: "cause",
            head: t("comparison.cause"),
            cell: (line) => <Cause line={line} onExplain={() => setExplained(line)} />,
          },
        ]}
      />
      {explained && (
        <CauseDialog body={body} line={explained} name={lineName(explained.line)} onClose={() => setExplained(null)} />
      )}
    </div>
  );

  function lineName(line: Line["line"]): string {
    switch (line) {
      case "amount":
      case "maxDemandKw":
      case "powerFactor":
      case "yuan":
        return t(`comparison.line.${line}`);
      default:
        return t(`tou.name.${line}`);
    }
  }
}

function Cause({ line, onExplain }: { line: Line; onExplain: () => void }): ReactNode {
  const { t } = useTranslation();
  const mayEnter = useRight("inputs.write");
  return (
    <span className={classes.cause}>
      {line.cause && `${t(`comparison.causeName.${line.cause.cause}`)} ${line.cause.note}`}
      {mayEnter && (line.cause !== null || line.isAboveTolerance) && (
        <Button isSmall look="quiet" onClick={onExplain}>
          {line.cause === null ? t("comparison.explain") : t("comparison.edit")}
        </Button>
      )}
    </span>
  );
}

interface CauseDialogProps {
  readonly body: BillComparisonBody;
  readonly line: Line;
  readonly name: string;
  readonly onClose: () => void;
}

/** Why a line differs: kept with the supplier's bill. */
function CauseDialog({ body, line, name, onClose }: CauseDialogProps): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [cause, setCause] = useState<BillCause>(line.cause?.cause ?? "readingTime");
  const [note, setNote] = useState(line.cause?.note ?? "");
  const { data: bills = [] } = useQuery(supplierBillsQuery(body.enterpriseId));
  const bill = bills.find(({ kind, month }) => kind === "electricity" && month === body.month);
  const save = useMutation({
    mutationFn: async () => {
      if (!bill) return;
      const { amount, amountByPeriod, maxDemandKw, powerFactor, yuan } = bill;
      const causes = { ...bill.causes, [line.line]: { cause, note: note.trim() } };
      await putJson(`/enterprises/${encodeURIComponent(body.enterpriseId)}/supplier-bills/electricity/${body.month}`, {
        ...{ amount, amountByPeriod, maxDemandKw, powerFactor, yuan },
        causes,
      });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["figures"] });
      await client.invalidateQueries({ queryKey: ["inputs"] });
      toast(t("inputs.saved"));
      onClose();
    },
  });
  return (
    <Dialog title={t("comparison.causeOf", { name })} onClose={onClose}>
      <DialogForm
        confirm={t("inputs.save")}
        isPending={save.isPending}
        isBlocked={!bill}
        refusal={save.error}
        onConfirm={() => save.mutate()}
        onClose={onClose}
      >
        <Select
          label={t("comparison.cause")}
          value={cause}
          options={billCauses.map((value) => ({ value, label: t(`comparison.causeName.${value}`) }))}
          onChange={setCause}
        />
        <Field
          label={t("alerts.noteOptional")}
          value={note}
          maxLength={500}
          data-autofocus
          onChange={(event) => setNote(event.target.value)}
        />
      </DialogForm>
    </Dialog>
  );
}
