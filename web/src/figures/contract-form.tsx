import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { compared } from "../lib/audit-difference.ts";
import { asks } from "../lib/asks.ts";
import { missing } from "../lib/format.ts";
import { textOf } from "../lib/form-text.ts";
import { regulatedQuery, type ContractBody } from "../lib/queries.ts";
import { Dialog } from "../ui/dialog.tsx";
import { DateField } from "../ui/date-field.tsx";
import { Field, FormSelect, type Option } from "../ui/field.tsx";
import { NumberField } from "../ui/number-fields.tsx";
import { useAnswer } from "./answer-panel.tsx";
import { contractPath, draftOf, neighboursOf, toContractRequest } from "./contract-draft.ts";
import { useFieldWord, useValueText } from "./entry-words.ts";
import classes from "./figures.module.css";
import { InputForm } from "./input-form.tsx";

const methods = ["", "capacity", "declaredDemand", "actualDemand"] as const;

interface ContractFormProps {
  readonly enterprise: string;
  /** The contract to correct; null = a new one, which begins as the last. */
  readonly known: ContractBody | null;
  /** All of the enterprise, oldest first. */
  readonly contracts: readonly ContractBody[];
  readonly onClose: () => void;
}

interface Draft {
  readonly from: string;
  readonly body: unknown;
}

/** A contract, and before it is saved what it changes and for which months. */
export function ContractForm({ enterprise, known, contracts, onClose }: ContractFormProps): ReactNode {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft | null>(null);
  const start = known ?? contracts.at(-1);
  return (
    <Dialog title={known ? t("contract.edit") : t("contract.add")} shape="wide" onClose={onClose}>
      <InputForm
        path={(form) => contractPath(enterprise, textOf(form, "from"))}
        method="PUT"
        toBody={draftOf}
        onClose={onClose}
      >
        <div
          onChange={({ currentTarget }) => {
            const form = currentTarget.closest("form");
            if (form === null) return;
            // A select that comes or goes with the method stands in the form only after this event.
            requestAnimationFrame(() => {
              const data = new FormData(form);
              setDraft({ from: textOf(data, "from"), body: draftOf(data) });
            });
          }}
        >
          <Fields start={start} day={known?.effectiveFrom ?? null} />
        </div>
        {draft !== null && <Preview enterprise={enterprise} draft={draft} known={known} contracts={contracts} />}
      </InputForm>
    </Dialog>
  );
}

/** Subjects of the book that a contract may name, each called as its latest version. */
function useSubjects(kind: string, belongs: (unit: string) => boolean = () => true): readonly Option<string>[] {
  const { data = [] } = useQuery(regulatedQuery(kind));
  const names = new Map(data.flatMap(({ subject, name, unit }) => (belongs(unit) ? [[subject, name]] : [])));
  return [...names].map(([value, name]) => ({ value, label: `${value} · ${name}` }));
}

interface SubjectProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly Option<string>[];
  readonly value: string | null | undefined;
  readonly isOptional?: boolean;
}

/** The options come after the form is open: the choice is made once they are there. */
function SubjectSelect({ name, label, options, value, isOptional = false }: SubjectProps): ReactNode {
  return (
    <FormSelect
      key={options.length}
      name={name}
      label={label}
      defaultValue={value ?? (isOptional ? "" : (options[0]?.value ?? ""))}
      options={[...(isOptional ? [{ value: "", label: missing }] : []), ...options]}
    />
  );
}

function Fields({ start, day }: { start: ContractBody | undefined; day: string | null }): ReactNode {
  const { t } = useTranslation();
  const electricity = start?.electricity;
  const basic = electricity?.basic;
  const [method, setMethod] = useState<string>(basic?.contract.method ?? "");
  const waterPrices = useSubjects("number", (unit) => unit === "元/m³");
  return (
    <div className={classes.form}>
      <DateField
        name="from"
        label={t("contract.from")}
        required
        readOnly={day !== null}
        {...(day !== null && { defaultValue: day })}
        data-autofocus
      />
      <SubjectSelect
        name="region"
        label={t("contract.region")}
        options={useSubjects("timeOfUse")}
        value={electricity?.region}
      />
      <SubjectSelect
        name="energyPrice"
        label={t("contract.energyPrice")}
        options={useSubjects("energyPrice")}
        value={electricity?.energyPrice}
      />
      <SubjectSelect
        name="holidays"
        label={t("contract.holidays")}
        options={useSubjects("holidays")}
        value={electricity?.holidays}
        isOptional
      />
      <SubjectSelect
        name="powerFactor"
        label={t("contract.powerFactor")}
        options={useSubjects("powerFactor")}
        value={electricity?.powerFactor}
        isOptional
      />
      <FormSelect
        name="method"
        label={t("contract.basic")}
        value={method}
        options={methods.map((value) => ({
          value,
          label: value === "" ? t("contract.noBasic") : t(`advice.method.${value}`),
        }))}
        onChange={setMethod}
      />
      {method !== "" && <BasicFields basic={basic ?? null} method={method} />}
      <FormSelect
        name="demandMode"
        label={t("contract.demandMode")}
        defaultValue={start?.demandMode ?? "interval"}
        options={(["interval", "sliding"] as const).map((value) => ({ value, label: t(`contract.mode.${value}`) }))}
      />
      <NumberField
        name="billingDay"
        label={t("contract.billingDay")}
        inputMode="numeric"
        defaultValue={start?.billingDay ?? 1}
      />
      <SubjectSelect
        name="waterPrice"
        label={t("contract.waterPrice")}
        options={waterPrices}
        value={start?.waterPrice}
        isOptional
      />
      <Field
        name="note"
        label={t("alerts.noteOptional")}
        maxLength={500}
        defaultValue={day === null ? "" : start?.note}
      />
    </div>
  );
}

interface BasicFieldsProps {
  readonly basic: NonNullable<ContractBody["electricity"]>["basic"];
  readonly method: string;
}

/** What the basic charge is worked out of. */
function BasicFields({ basic, method }: BasicFieldsProps): ReactNode {
  const { t } = useTranslation();
  const contract = basic?.contract;
  return (
    <>
      <NumberField
        name="capacityKva"
        label={`${t("contract.capacity")} (kVA)`}
        required
        defaultValue={contract?.capacityKva}
      />
      {method === "capacity" && (
        <NumberField
          name="suspendedKva"
          label={`${t("contract.suspended")} (kVA)`}
          defaultValue={contract?.method === "capacity" ? contract.suspendedKva : null}
        />
      )}
      {method === "declaredDemand" && (
        <NumberField
          name="declaredKw"
          label={`${t("bill.part.declaredDemand")} (kW)`}
          required
          defaultValue={contract?.method === "declaredDemand" ? contract.declaredKw : null}
        />
      )}
      <SubjectSelect
        name="rules"
        label={t("contract.rules")}
        options={useSubjects("twoPartRules")}
        value={basic?.rules}
      />
      <SubjectSelect
        name="price"
        label={t("contract.basicPrice")}
        options={useSubjects("number", (unit) => /kW·|kVA·/.test(unit))}
        value={basic?.price}
      />
    </>
  );
}

interface PreviewProps extends Pick<ContractFormProps, "enterprise" | "known" | "contracts"> {
  readonly draft: Draft;
}

/** What would be another than before, until when it holds, and which closed months it would differ from. */
function Preview({ enterprise, draft, known, contracts }: PreviewProps): ReactNode {
  const { t } = useTranslation();
  const fieldWord = useFieldWord();
  const valueText = useValueText();
  const { data: closings } = useAnswer(asks.closings(enterprise));
  const from = known?.effectiveFrom ?? draft.from;
  if (from === "") return null;
  const { before, next } = neighboursOf(contracts, from);
  const same = known ?? contracts.find(({ effectiveFrom }) => effectiveFrom === from) ?? null;
  const base = same ?? before;
  const lines = (base ? compared(["contract"], toContractRequest(base), draft.body) : []).filter(
    ({ path }) => path.at(-1) !== "note",
  );
  const closed = [...new Set((closings?.items ?? []).filter(({ reopened }) => !reopened).map(({ month }) => month))]
    .filter((month) => month >= from.slice(0, 7) && (next === undefined || month <= next.effectiveFrom.slice(0, 7)))
    .sort();
  return (
    <div className={classes.note} role="status">
      <p>
        {next === undefined
          ? t("contract.holdsOn", { from })
          : t("contract.holdsUntil", { from, next: next.effectiveFrom })}
      </p>
      {known === null && same !== null && <p className={classes.caution}>▲ {t("contract.replaces", { from })}</p>}
      {base && (
        <p>
          {lines.length === 0
            ? t("contract.nothingChanges", { from: base.effectiveFrom })
            : t("contract.against", { from: base.effectiveFrom })}
        </p>
      )}
      <ul>
        {lines.map(({ path, before: old, after }) => {
          const name = path.at(-1) ?? "";
          return (
            <li key={path.join(".")}>
              {fieldWord(name)} <s>{valueText(name, old)}</s> → <strong>{valueText(name, after)}</strong>
            </li>
          );
        })}
      </ul>
      {closed.length > 0 && (
        <p className={classes.caution}>▲ {t("contract.closedMonths", { months: closed.join("、") })}</p>
      )}
    </div>
  );
}
