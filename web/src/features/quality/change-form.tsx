import type { AnomaliesBody, MeterBody } from "@smart-park/core/wire";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { deleteJson } from "../../lib/api-client.ts";
import { parseNumber, textOf } from "../../lib/form-text.ts";
import { fmt } from "../../lib/format.ts";
import { usePark } from "../../lib/park.ts";
import { parseOwnTime, toOwnTime } from "../../lib/time-range.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { NumberField } from "../../ui/number-fields.tsx";
import { useRefusalText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";
import { changePath, changesQuery, putChange, type Range, type RegisterChange } from "./queries.ts";

type PointBody = MeterBody["points"][number];
type Item = AnomaliesBody["items"][number];

/** Records and takes back exchanges of the meter, each with its undo; figures follow. */
function useChanges(point: string, onChange: () => void) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusalText();
  const refresh = async (): Promise<void> => {
    const keys = ["register-changes", "figures", "readings"];
    await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
  };
  const fail = (error: unknown): void => toast(t("error.action", { detail: refusalText(error) }), "failed");
  const add = useMutation({
    mutationFn: (change: RegisterChange) => {
      onChange();
      return putChange(point, change);
    },
    onSuccess: async (change) => {
      toast(t("dataQuality.change.saved"), "done", { label: t("action.undo"), run: () => drop.mutate(change) });
      await refresh();
    },
    onError: fail,
  });
  const drop = useMutation({
    mutationFn: (change: RegisterChange) => {
      onChange();
      return deleteJson(changePath(point, change.at));
    },
    onSuccess: async (_nothing, change) => {
      toast(t("dataQuality.change.dropped"), "done", { label: t("action.undo"), run: () => add.mutate(change) });
      await refresh();
    },
    onError: fail,
  });
  return { add, drop };
}

interface ChangeListProps {
  readonly point: PointBody;
  readonly mayWrite: boolean;
  /** Called before figures change. */
  readonly onChange: () => void;
}

/** Exchanges of this meter that are on record. */
export function ChangeList({ point, mayWrite, onChange }: ChangeListProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { data = [] } = useQuery(changesQuery(point.id));
  const { drop } = useChanges(point.id, onChange);
  if (data.length === 0) return null;
  const reading = (value: number | null): string =>
    value === null ? t("dataQuality.change.unknown") : fmt(value, point.unit, { decimals: 1 });
  return (
    <section aria-label={t("dataQuality.change.recorded")}>
      <h3>{t("dataQuality.change.recorded")}</h3>
      <ul className={classes.changes}>
        {data.map((change) => (
          <li key={change.at}>
            <span>{format.full(Date.parse(change.at))}</span>
            <span>
              {t("dataQuality.change.line", { end: reading(change.endReading), start: reading(change.startReading) })}
            </span>
            {mayWrite && (
              <Button
                isSmall
                disabled={drop.isPending}
                aria-label={t("dataQuality.change.dropOf", { at: format.full(Date.parse(change.at)) })}
                onClick={() => drop.mutate(change)}
              >
                {t("dataQuality.change.drop")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface ChangeFormProps {
  readonly point: PointBody;
  /** What is odd here, and fills the form beforehand. */
  readonly item: Item | null;
  /** The exchange happened somewhere in here. */
  readonly window: Range;
  readonly onChange: () => void;
}

/** What the register showed when the meter was exchanged or set to zero. */
export function ChangeForm({ point, item, window, onChange }: ChangeFormProps): ReactNode {
  const { t } = useTranslation();
  const { time } = usePark().format;
  const { add } = useChanges(point.id, onChange);
  const [isWrong, setIsWrong] = useState(false);
  const proposed = proposalOf(item);
  const bounds = boundsOf(item, window);
  const written = proposed === null ? "" : toOwnTime(proposed.at, time);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const typed = textOf(form, "at");
    // What was not touched keeps its seconds.
    const at = proposed !== null && typed === written ? proposed.at : parseOwnTime(typed, window.to, time);
    if (at === null || at < bounds.from || at > bounds.to) return setIsWrong(true);
    setIsWrong(false);
    const reading = (name: string): number | null => parseNumber(textOf(form, name));
    add.mutate({ at: time.toIso(at), endReading: reading("end"), startReading: reading("start"), modulus: null });
  };
  const form = (
    <form className={classes.stack} onSubmit={submit} aria-label={t("dataQuality.change.title")}>
      {item !== null && <h3>{t("dataQuality.change.title")}</h3>}
      <p className={classes.note}>{t("dataQuality.change.lead")}</p>
      <div className={classes.fields}>
        <Field
          name="at"
          label={t("dataQuality.change.at")}
          required
          defaultValue={written}
          hint={t("dataQuality.change.atHint", { from: toOwnTime(bounds.from, time), to: toOwnTime(bounds.to, time) })}
          error={isWrong ? t("dataQuality.change.atWrong") : null}
        />
        <NumberField
          name="end"
          label={t("dataQuality.change.end", { unit: point.unit })}
          defaultValue={proposed?.endReading}
        />
        <NumberField
          name="start"
          label={t("dataQuality.change.start", { unit: point.unit })}
          defaultValue={proposed?.startReading}
        />
      </div>
      <div>
        <Button type="submit" look="primary" disabled={add.isPending}>
          {t("dataQuality.change.save")}
        </Button>
      </div>
    </form>
  );
  if (item !== null) return form;
  return (
    <details className={classes.another}>
      <summary>{t("dataQuality.change.another")}</summary>
      {form}
    </details>
  );
}

interface Proposal {
  readonly at: number;
  readonly endReading: number | null;
  readonly startReading: number | null;
}

/** The old register ended where it was read last, and the new one began at zero. */
function proposalOf(item: Item | null): Proposal | null {
  if (item === null || item.before === null) return null;
  return {
    at: Date.parse(item.before.at),
    endReading: item.before.value,
    startReading: item.kind === "reset" ? 0 : null,
  };
}

/** Between the readings around it; anywhere that is shown when nothing is odd. */
const boundsOf = (item: Item | null, window: Range): Range =>
  item === null || item.before === null
    ? window
    : { from: Date.parse(item.before.at), to: item.after === null ? window.to : Date.parse(item.after.at) };
