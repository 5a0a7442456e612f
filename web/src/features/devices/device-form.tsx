import { baseUnit, quantityNames, unitsOf, type Quantity } from "@smart-park/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useKinds } from "../../figures/controls.tsx";
import { useCatalog } from "../../lib/catalog.ts";
import { Button } from "../../ui/button.tsx";
import { Field, FormSelect, Segments } from "../../ui/field.tsx";
import { DurationInput, NumberInput } from "../../ui/number-fields.tsx";
import { Panel } from "../../ui/panel.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import {
  draftOfTemplate,
  isScaled,
  problemsOf,
  withIds,
  type DeviceDraft,
  type MeterDraft,
  type NamedDraft,
  type NamedMeter,
} from "./device-draft.ts";
import { meterTemplates, templateNames } from "./meter-templates.ts";
import classes from "./page.module.css";

interface DeviceFormProps {
  readonly draft: DeviceDraft;
  readonly onChange: (draft: DeviceDraft) => void;
  readonly onSubmit: (draft: NamedDraft) => void;
  readonly submitText: string;
  readonly isPending: boolean;
  /** Why the server did not take it. */
  readonly refusal: Error | null;
  /** The device came by itself: its id is its user name and stays. */
  readonly isIdFixed?: boolean;
  /** Of a device by hand, which may be an HJ 212 station: its PW, kept by the page alone. */
  readonly pw?: { readonly value: string; readonly onChange: (pw: string) => void };
}

/** Whose device it is, what it is called, and the meters that it speaks for. */
export function DeviceForm(props: DeviceFormProps): ReactNode {
  const { draft, onChange, onSubmit, submitText, isPending, refusal, isIdFixed = false, pw } = props;
  const { t } = useTranslation();
  const idHint = useIdHint(isIdFixed, draft);
  const { meter, enterprises, enterpriseName } = useCatalog();
  const named = withIds(draft, (id) => meter(id) !== undefined);
  const problems = problemsOf(named, pw?.value);
  const change = (index: number, some: Partial<MeterDraft>): void =>
    onChange({ ...draft, meters: draft.meters.map((one, n) => (n === index ? { ...one, ...some } : one)) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (problems.length === 0) onSubmit(named);
  };
  return (
    <form className={classes.stack} onSubmit={submit}>
      <Panel title={t("deviceNew.device")} aside={t("deviceNew.deviceHint")}>
        <div className={classes.fields}>
          <FormSelect
            name="enterprise"
            label={t("devices.enterprise")}
            value={draft.enterpriseId}
            options={[
              { value: "", label: t("deviceNew.choose") },
              ...enterprises.map(({ id }) => ({ value: id, label: enterpriseName(id) })),
            ]}
            // A parent is of the same enterprise.
            onChange={(enterpriseId) =>
              onChange({ ...draft, enterpriseId, meters: draft.meters.map((one) => ({ ...one, parentId: null })) })
            }
          />
          <Field
            label={t("deviceNew.deviceId")}
            hint={idHint}
            value={named.deviceId}
            readOnly={isIdFixed}
            maxLength={48}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onChange({ ...draft, deviceId: event.target.value.trim() })}
          />
        </div>
        {pw !== undefined && <ProtocolFields draft={draft} onChange={onChange} pw={pw} />}
      </Panel>
      {named.meters.map((one, index) => (
        <MeterFields
          key={index}
          meter={one}
          enterpriseId={draft.enterpriseId}
          title={t("deviceNew.meter", { n: index + 1 })}
          onChange={(some) => change(index, some)}
          {...(draft.meters.length > 1
            ? { onRemove: () => onChange({ ...draft, meters: draft.meters.filter((_, n) => n !== index) }) }
            : {})}
        />
      ))}
      <div>
        <Button onClick={() => onChange({ ...draft, meters: [...draft.meters, draftOfTemplate("power")] })}>
          {t("deviceNew.addMeter")}
        </Button>
      </div>
      <SaveBar
        save={submitText}
        isDisabled={problems.length > 0 || isPending}
        refusal={refusal}
        note={problems[0] === undefined ? null : t(`deviceNew.problem.${problems[0]}`)}
      />
    </form>
  );
}

function useIdHint(isIdFixed: boolean, { mn }: DeviceDraft): string {
  const { t } = useTranslation();
  if (isIdFixed) return t("deviceNew.deviceIdFixed");
  return mn === null ? t("deviceNew.deviceIdHint") : t("deviceNew.stationIdHint");
}

interface ProtocolFieldsProps {
  readonly draft: DeviceDraft;
  readonly onChange: (draft: DeviceDraft) => void;
  readonly pw: NonNullable<DeviceFormProps["pw"]>;
}

/** MQTT, or HJ 212 with what the station is known by. */
function ProtocolFields({ draft, onChange, pw }: ProtocolFieldsProps): ReactNode {
  const { t } = useTranslation();
  const { mn } = draft;
  return (
    <div className={classes.protocol}>
      <Segments
        label={t("devices.protocolHead")}
        value={mn === null ? "mqtt" : "hj212"}
        options={[
          { value: "mqtt", label: "MQTT" },
          { value: "hj212", label: "HJ 212" },
        ]}
        onChange={(value) => onChange({ ...draft, mn: value === "hj212" ? (mn ?? "") : null })}
      />
      {mn !== null && (
        <div className={classes.fields}>
          <Field
            label={t("deviceNew.mn")}
            hint={t("deviceNew.mnHint")}
            value={mn}
            maxLength={32}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onChange({ ...draft, mn: event.target.value.trim() })}
          />
          <Field
            label={t("deviceNew.pw")}
            hint={t("deviceNew.pwHint")}
            value={pw.value}
            maxLength={32}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => pw.onChange(event.target.value.trim())}
          />
        </div>
      )}
    </div>
  );
}

interface ParentProps {
  readonly enterpriseId: string;
  readonly template: MeterDraft["template"];
  readonly value: string | null;
  readonly onChange: (parentId: string | null) => void;
}

/** The meter before this one, where the enterprise has one of the kind: without it what both count is summed twice. */
function Parent({ enterpriseId, template, value, onChange }: ParentProps): ReactNode {
  const { t } = useTranslation();
  const { meters, meterName } = useCatalog();
  const { kind } = meterTemplates[template];
  const before = meters.filter((one) => one.enterpriseId === enterpriseId && one.kind === kind);
  if (before.length === 0 || !useKinds.some((one) => one === kind)) return null;
  return (
    <FormSelect
      name="parent"
      label={t("deviceNew.parent")}
      hint={t("deviceNew.parentHint")}
      value={value ?? ""}
      options={[
        { value: "", label: t("deviceNew.noParent") },
        ...before.map(({ id }) => ({ value: id, label: `${meterName(id)} · ${id}` })),
      ]}
      onChange={(id) => onChange(id === "" ? null : id)}
    />
  );
}

interface MeterFieldsProps {
  readonly meter: NamedMeter;
  readonly enterpriseId: string;
  readonly title: string;
  readonly onChange: (some: Partial<MeterDraft>) => void;
  readonly onRemove?: () => void;
}

function MeterFields({ meter, enterpriseId, title, onChange, onRemove }: MeterFieldsProps): ReactNode {
  const { t } = useTranslation();
  const { template, id, name, intervalS, points, multiplier, side } = meter;
  const choose = (value: string): void => {
    const chosen = templateNames.find((one) => one === value) ?? template;
    const { points: usual, intervalS: every } = draftOfTemplate(chosen);
    onChange({ template: chosen, points: usual, intervalS: every, parentId: null });
  };
  return (
    <Panel
      title={title}
      aside={t("deviceNew.meterHint")}
      actions={
        onRemove && (
          <Button isSmall aria-label={t("deviceNew.removeMeterOf", { title })} onClick={onRemove}>
            {t("deviceNew.removeMeter")}
          </Button>
        )
      }
    >
      <div className={classes.stack}>
        <div className={classes.fields}>
          <FormSelect
            name="template"
            label={t("deviceNew.template")}
            value={template}
            options={templateNames.map((value) => ({ value, label: t(`deviceNew.templateOf.${value}`) }))}
            onChange={choose}
          />
          <Field
            label={t("deviceNew.name")}
            required
            maxLength={200}
            value={name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
          <Field
            label={t("deviceNew.meterId")}
            hint={t("deviceNew.meterIdHint")}
            maxLength={48}
            spellCheck={false}
            autoComplete="off"
            value={id}
            onChange={(event) => onChange({ id: event.target.value.trim() })}
          />
          <DurationInput
            label={t("deviceNew.interval")}
            value={intervalS}
            onChange={(seconds) => onChange({ intervalS: seconds })}
          />
          <Parent
            enterpriseId={enterpriseId}
            template={template}
            value={meter.parentId}
            onChange={(parentId) => onChange({ parentId })}
          />
        </div>
        <Points points={points} onChange={(chosen) => onChange({ points: chosen })} />
        {points.some(({ quantity }) => isScaled(quantity)) && (
          <div className={classes.fields}>
            <NumberInput
              label={t("deviceNew.multiplier")}
              hint={t("deviceNew.multiplierHint")}
              value={multiplier}
              onChange={(value) => onChange({ multiplier: value })}
            />
            {multiplier !== 1 && (
              <div className={classes.code}>
                <span className={classes.note}>{t("deviceNew.side")}</span>
                <div>
                  <Segments
                    label={t("deviceNew.side")}
                    value={side ?? ""}
                    options={(["primary", "secondary"] as const).map((value) => ({
                      value,
                      label: t(`deviceNew.sideOf.${value}`),
                    }))}
                    onChange={(value) => onChange({ side: value === "" ? null : value })}
                  />
                </div>
              </div>
            )}
          </div>
        )}
      </div>
    </Panel>
  );
}

interface PointsProps {
  readonly points: MeterDraft["points"];
  readonly onChange: (points: MeterDraft["points"]) => void;
}

/** What the meter measures and in which unit it tells it. */
function Points({ points, onChange }: PointsProps): ReactNode {
  const { t } = useTranslation();
  const others = quantityNames.filter((quantity) => points.every((point) => point.quantity !== quantity));
  const add = (value: string): void => {
    const quantity = others.find((one) => one === value);
    if (quantity) onChange([...points, { quantity, unit: baseUnit(quantity) }]);
  };
  const setUnit = (quantity: Quantity, unit: string): void =>
    onChange(points.map((point) => (point.quantity === quantity ? { quantity, unit } : point)));
  return (
    <div className={classes.code}>
      <span className={classes.note}>{t("deviceNew.points", { n: points.length })}</span>
      <ul className={classes.pointList} aria-label={t("deviceNew.points", { n: points.length })}>
        {points.map(({ quantity, unit }) => {
          const name = t(`quantity.${quantity}`);
          return (
            <li key={quantity}>
              <span>
                {name} <code>{quantity}</code>
              </span>
              <select
                aria-label={t("deviceNew.unitOf", { name })}
                value={unit}
                onChange={(event) => setUnit(quantity, event.target.value)}
              >
                {unitsOf(quantity).map((one) => (
                  <option key={one} value={one}>
                    {one === "1" ? t("deviceNew.noUnit") : one}
                  </option>
                ))}
              </select>
              <Button
                look="quiet"
                isSmall
                icon="close"
                aria-label={t("deviceNew.removePointOf", { name })}
                onClick={() => onChange(points.filter((point) => point.quantity !== quantity))}
              />
            </li>
          );
        })}
        <li>
          <select aria-label={t("deviceNew.addPoint")} value="" onChange={(event) => add(event.target.value)}>
            <option value="">{t("deviceNew.addPoint")}</option>
            {others.map((quantity) => (
              <option key={quantity} value={quantity}>
                {t(`quantity.${quantity}`)}
              </option>
            ))}
          </select>
        </li>
      </ul>
    </div>
  );
}
