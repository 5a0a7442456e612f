import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { fmt, unitLabel } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { DurationInput, NumberInput } from "../../ui/number-fields.tsx";
import { useRefusalText } from "../../ui/panel.tsx";
import classes from "./page.module.css";
import { PointPicker } from "./point-picker.tsx";
import { proposeThresholds } from "./queries.ts";
import type { RuleDraft } from "./rule-draft.ts";
import type { LinksField } from "./rule-kinds.ts";

interface LinksInputProps {
  readonly field: LinksField;
  readonly label: string;
  readonly hint: string | undefined;
  readonly draft: RuleDraft;
  readonly onChange: (some: Partial<RuleDraft>) => void;
}

interface Row {
  readonly point: string;
  readonly above?: number | null;
  readonly below?: number | null;
  readonly holdS?: number;
  readonly runningAbove?: number;
}

/** Rows of points, each with what it is compared with. */
export function LinksInput({ field, label, hint, draft, onChange }: LinksInputProps): ReactNode {
  const { t } = useTranslation();
  const rows: readonly Row[] = draft[field.name] ?? [];
  const set = (next: readonly Row[]): void => onChange({ [field.name]: next });
  const change = (at: number, some: Partial<Row>): void =>
    set(rows.map((row, index) => (index === at ? { ...row, ...some } : row)));
  const fresh: Row =
    field.type === "comparisons" ? { point: "", above: null, below: null, holdS: 0 } : { point: "", runningAbove: 0 };
  return (
    <div className={classes.wide} role="group" aria-label={label}>
      <span className={classes.label}>{label}</span>
      {hint !== undefined && <p className={classes.note}>{hint}</p>}
      <ul className={classes.links}>
        {rows.map((row, index) => (
          <li key={index} className={classes.link}>
            <PointPicker
              label={t("rules.point")}
              value={row.point === "" ? [] : [row.point]}
              isSingle
              onChange={([point = ""]) => change(index, { point })}
            />
            {field.type === "comparisons" ? (
              <Comparison row={row} onChange={(some) => change(index, some)} />
            ) : (
              <Running row={row} onChange={(some) => change(index, some)} />
            )}
            <Button
              look="quiet"
              isSmall
              icon="close"
              aria-label={t("rules.removeRow", { n: index + 1 })}
              onClick={() => set(rows.filter((_, at) => at !== index))}
            />
          </li>
        ))}
      </ul>
      <Button isSmall onClick={() => set([...rows, fresh])}>
        {t("rules.addRow")}
      </Button>
    </div>
  );
}

interface RowProps {
  readonly row: Row;
  readonly onChange: (some: Partial<Row>) => void;
}

function Comparison({ row, onChange }: RowProps): ReactNode {
  const { t } = useTranslation();
  const { pointOf } = useCatalog();
  const unit = unitLabel(pointOf(row.point)?.unit ?? "");
  return (
    <>
      <NumberInput
        label={t("rules.field.above")}
        unit={unit}
        value={row.above ?? null}
        onChange={(above) => onChange({ above })}
      />
      <NumberInput
        label={t("rules.field.below")}
        unit={unit}
        value={row.below ?? null}
        onChange={(below) => onChange({ below })}
      />
      <DurationInput label={t("rules.hold")} value={row.holdS ?? 0} onChange={(holdS) => onChange({ holdS })} />
    </>
  );
}

function Running({ row, onChange }: RowProps): ReactNode {
  const { t } = useTranslation();
  const { pointOf } = useCatalog();
  const unit = pointOf(row.point)?.unit ?? "";
  return (
    <>
      <NumberInput
        label={t("rules.field.runningAbove")}
        unit={unitLabel(unit)}
        value={row.runningAbove ?? 0}
        onChange={(runningAbove) => onChange({ runningAbove: runningAbove ?? Number.NaN })}
      />
      <Proposal key={row.point} point={row.point} unit={unit} onTake={(runningAbove) => onChange({ runningAbove })} />
    </>
  );
}

const monthMs = 30 * 86_400_000;

interface ProposalProps {
  readonly point: string;
  readonly unit: string;
  readonly onTake: (threshold: number) => void;
}

/** Where idle and running part in the stored values of the last month. */
function Proposal({ point, unit, onTake }: ProposalProps): ReactNode {
  const { t } = useTranslation();
  const { now } = usePark();
  const refusalText = useRefusalText();
  const ask = useMutation({
    mutationFn: () => {
      const to = now();
      return proposeThresholds([point], { from: to - monthMs, to });
    },
    onSuccess: ({ items }) => {
      const proposal = items[0]?.proposal;
      if (proposal) onTake(Number(proposal.threshold.toPrecision(3)));
    },
  });
  const found = ask.data?.items[0];
  return (
    <div className={classes.proposal}>
      <Button isSmall disabled={point === "" || ask.isPending} onClick={() => ask.mutate()}>
        {ask.isPending ? t("rules.proposing") : t("rules.propose")}
      </Button>
      <span className={classes.note} role="status">
        {ask.error && refusalText(ask.error)}
        {found && words(found)}
      </span>
    </div>
  );

  function words({ proposal }: NonNullable<typeof found>): string {
    if (proposal === null) return t("rules.noProposal");
    const numbers = { idle: fmt(proposal.idleMean, unit), running: fmt(proposal.runningMean, unit) };
    return proposal.isClear ? t("rules.proposal", numbers) : t("rules.vagueProposal", numbers);
  }
}
