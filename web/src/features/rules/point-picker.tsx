import { unsuitable } from "@smart-park/core";
import { useDeferredValue, useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { unitLabel } from "../../lib/format.ts";
import { splitPoint } from "../../lib/park.ts";
import type { PointBody } from "../../lib/point-groups.ts";
import { Button } from "../../ui/button.tsx";
import { Chip, Chips } from "../../ui/chip.tsx";
import { Dialog, DialogFoot } from "../../ui/dialog.tsx";
import { SearchField, Select } from "../../ui/field.tsx";
import { Empty } from "../../ui/panel.tsx";
import classes from "./page.module.css";
import type { RuleKind } from "./rule-kinds.ts";

const mostListed = 100;
const mostChips = 12;

/** Name of a point in words: its meter and what it measures. */
export function usePointName(): (point: string) => string {
  const { t } = useTranslation();
  const { meterName, pointOf } = useCatalog();
  return (point) => {
    const { meterId, quantity } = splitPoint(point);
    const known = pointOf(point);
    return `${meterName(meterId)} · ${known ? t(`quantity.${known.quantity}`) : quantity}`;
  };
}

interface PointPickerProps {
  readonly label: string;
  /** Whole meters in place of points. */
  readonly isOfMeters?: boolean;
  readonly value: readonly string[];
  readonly onChange: (points: readonly string[]) => void;
  /** Only what a rule of this kind can watch. */
  readonly kind?: RuleKind;
  readonly isSingle?: boolean;
  readonly isDisabled?: boolean;
}

/** The chosen points as chips, and a dialog to choose others by name. */
export function PointPicker(props: PointPickerProps): ReactNode {
  const { label, value, onChange, kind, isSingle = false, isDisabled = false, isOfMeters = false } = props;
  const { t } = useTranslation();
  const { meterName } = useCatalog();
  const pointName = usePointName();
  const nameOf = isOfMeters ? meterName : pointName;
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  return (
    <div className={classes.picker} role="group" aria-labelledby={id}>
      <span id={id} className={classes.label}>
        {label}
      </span>
      <Chips>
        {value.slice(0, mostChips).map((point) => (
          <Chip
            key={point}
            text={nameOf(point)}
            title={point}
            removeLabel={t("rules.removePoint", { name: nameOf(point) })}
            {...(isDisabled ? {} : { onRemove: () => onChange(value.filter((one) => one !== point)) })}
          />
        ))}
        {value.length > mostChips && (
          <span className={classes.note}>{t("rules.morePoints", { n: value.length - mostChips })}</span>
        )}
        {!isDisabled && (
          <Button isSmall onClick={() => setIsOpen(true)}>
            {t(isOfMeters ? "rules.chooseMeters" : isSingle ? "rules.choosePoint" : "rules.choosePoints")}
          </Button>
        )}
      </Chips>
      {isOpen && (
        <PointDialog
          title={label}
          chosen={value}
          isSingle={isSingle}
          isOfMeters={isOfMeters}
          {...(kind ? { kind } : {})}
          onClose={() => setIsOpen(false)}
          onChoose={(points) => {
            onChange(points);
            setIsOpen(false);
          }}
        />
      )}
    </div>
  );
}

interface PointDialogProps {
  readonly title: string;
  readonly chosen: readonly string[];
  readonly isSingle: boolean;
  readonly isOfMeters: boolean;
  readonly kind?: RuleKind;
  readonly onClose: () => void;
  readonly onChoose: (points: readonly string[]) => void;
}

interface Item {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly enterpriseId: string;
  readonly owner: string;
}

/** Everything that can be chosen. */
function useItems(isOfMeters: boolean, kind: RuleKind | undefined): readonly Item[] {
  const { t } = useTranslation();
  const { meters, meterName, enterpriseName } = useCatalog();
  const isSuitable = (point: PointBody): boolean => kind === undefined || unsuitable(kind, point) === null;
  return meters.flatMap(({ id, enterpriseId, kind: medium, points }) => {
    const owned = { enterpriseId, owner: enterpriseName(enterpriseId) };
    if (isOfMeters) return [{ id, name: meterName(id), unit: t(`kind.${medium}`), ...owned }];
    return points.filter(isSuitable).map((point) => ({
      id: point.id,
      name: `${meterName(id)} · ${t(`quantity.${point.quantity}`)}`,
      unit: unitLabel(point.unit),
      ...owned,
    }));
  });
}

function PointDialog({ title, chosen, isSingle, isOfMeters, kind, onClose, onChoose }: PointDialogProps): ReactNode {
  const { t } = useTranslation();
  const { enterprises, enterpriseName } = useCatalog();
  const items = useItems(isOfMeters, kind);
  const [picked, setPicked] = useState(chosen);
  const [query, setQuery] = useState("");
  const [enterprise, setEnterprise] = useState("");
  const words = useDeferredValue(query).toLowerCase().split(/\s+/).filter(Boolean);
  const found = items
    .filter(({ enterpriseId }) => enterprise === "" || enterpriseId === enterprise)
    .filter(({ id, name, owner }) => {
      const text = `${id} ${name} ${owner}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  const toggle = (id: string): void => {
    if (isSingle) return setPicked([id]);
    setPicked((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id]));
  };
  return (
    <Dialog title={title} shape="wide" onClose={onClose}>
      <div className={classes.filters}>
        <SearchField label={t("rules.searchPoint")} value={query} data-autofocus onSearch={setQuery} />
        {enterprises.length > 1 && (
          <Select
            label={t("alerts.enterpriseFilter")}
            value={enterprise}
            options={[
              { value: "", label: t("live.all") },
              ...enterprises.map(({ id }) => ({ value: id, label: enterpriseName(id) })),
            ]}
            onChange={setEnterprise}
          />
        )}
      </div>
      {found.length === 0 ? (
        <Empty title={t("rules.noPoint")} hint={t("rules.noPointHint")} />
      ) : (
        <ul className={classes.options} aria-label={title}>
          {found.slice(0, mostListed).map(({ id, name, unit, owner }) => (
            <li key={id}>
              <label className={classes.option}>
                <input
                  type={isSingle ? "radio" : "checkbox"}
                  name="point"
                  checked={picked.includes(id)}
                  onChange={() => toggle(id)}
                />
                <span>
                  {name}
                  {unit !== "" && <small> {unit}</small>}
                </span>
                <small>{owner}</small>
              </label>
            </li>
          ))}
        </ul>
      )}
      {found.length > mostListed && (
        <p className={classes.note}>{t("rules.listedPoints", { n: mostListed, total: found.length })}</p>
      )}
      <DialogFoot>
        <span className={classes.note}>{t("rules.picked", { n: picked.length })}</span>
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button look="primary" onClick={() => onChoose(picked)}>
          {t("rules.take")}
        </Button>
      </DialogFoot>
    </Dialog>
  );
}
