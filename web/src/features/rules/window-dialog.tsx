import { windowKinds } from "@smart-park/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { postJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { usePark } from "../../lib/park.ts";
import { parseOwnTime, toOwnTime } from "../../lib/time-range.ts";
import { useSecond } from "../../live/hooks.ts";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Checks, Field, Segments } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import classes from "./page.module.css";
import { PointPicker } from "./point-picker.tsx";
import type { WindowBody } from "./queries.ts";

const scopes = ["enterprises", "meters", "points"] as const;
const fourHoursMs = 4 * 3_600_000;
const minuteMs = 60_000;

/** Asks whose alerts stay quiet, from when to when, and why. */
export function WindowDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const { enterprises, enterpriseName } = useCatalog();
  const { time } = usePark().format;
  const now = Math.floor(useSecond() / minuteMs) * minuteMs;
  const [kind, setKind] = useState<WindowBody["kind"]>("maintenance");
  const [scope, setScope] = useState<(typeof scopes)[number]>("meters");
  const [ids, setIds] = useState<readonly string[]>([]);
  const [from, setFrom] = useState(() => toOwnTime(now, time));
  const [to, setTo] = useState(() => toOwnTime(now + fourHoursMs, time));
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<"invalidTime" | "noScope" | null>(null);
  const { add, error, isPending } = useAdding(onClose);

  const submit = (): void => {
    const range = [parseOwnTime(from, now, time), parseOwnTime(to, now, time)];
    const [begin = null, end = null] = range;
    if (ids.length === 0) return setProblem("noScope");
    if (begin === null || end === null || begin >= end) return setProblem("invalidTime");
    setProblem(null);
    const named = { enterprises: "enterpriseIds", meters: "meterIds", points: "points" }[scope];
    add({ kind, scope: { [named]: ids }, from: time.toIso(begin), to: time.toIso(end), reason: reason.trim() });
  };
  return (
    <Dialog title={t("windows.addTitle")} shape="wide" onClose={onClose}>
      <DialogForm
        confirm={t("windows.save")}
        isPending={isPending}
        refusal={problem === null ? error : t(`windows.${problem}`)}
        onConfirm={submit}
        onClose={onClose}
      >
        <div className={classes.wide}>
          <span className={classes.label}>{t("windows.kind")}</span>
          <Segments
            label={t("windows.kind")}
            value={kind}
            options={windowKinds.map((value) => ({ value, label: t(`windows.kindOf.${value}`) }))}
            onChange={setKind}
          />
          <span className={classes.note}>{t(`windows.hint.${kind}`)}</span>
        </div>
        <div className={classes.wide}>
          <span className={classes.label}>{t("windows.scope")}</span>
          <Segments
            label={t("windows.scope")}
            value={scope}
            options={scopes.map((value) => ({ value, label: t(`windows.scopeOf.${value}`) }))}
            onChange={(chosen) => {
              setScope(chosen);
              setIds([]);
            }}
          />
          {scope === "enterprises" ? (
            <div className={classes.scroll} tabIndex={0} role="region" aria-label={t("windows.scopeOf.enterprises")}>
              <Checks
                label={t("windows.scopeOf.enterprises")}
                isBare
                values={ids}
                options={enterprises.map(({ id }) => ({ value: id, label: enterpriseName(id) }))}
                onChange={setIds}
              />
            </div>
          ) : (
            <PointPicker
              key={scope}
              label={t(`windows.scopeOf.${scope}`)}
              isOfMeters={scope === "meters"}
              value={ids}
              onChange={setIds}
            />
          )}
        </div>
        <div className={classes.fields}>
          <Field label={t("windows.from")} required value={from} onChange={(event) => setFrom(event.target.value)} />
          <Field label={t("windows.to")} required value={to} onChange={(event) => setTo(event.target.value)} />
        </div>
        <Field
          label={t("windows.reason")}
          hint={t("windows.reasonHint")}
          required
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </DialogForm>
    </Dialog>
  );
}

type NewWindow = Pick<WindowBody, "kind" | "from" | "to" | "reason"> & { readonly scope: object };

function useAdding(onDone: () => void): {
  readonly add: (window: NewWindow) => void;
  readonly error: Error | null;
  readonly isPending: boolean;
} {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { mutate, error, isPending } = useMutation({
    mutationFn: (window: NewWindow) => postJson<WindowBody>("/maintenance-windows", window),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["windows"] });
      toast(t("windows.saved"));
      onDone();
    },
  });
  return { add: mutate, error, isPending };
}
