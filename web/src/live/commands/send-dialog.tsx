import type { CommandBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { postJson } from "../../lib/api-client.ts";
import { textOf } from "../../lib/form-text.ts";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, FormSelect } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { useLive } from "../live-context.ts";
import classes from "./commands.module.css";
import { readParams } from "./params.ts";
import { commandsChanged } from "./queries.ts";

/** A meter of a device that can be commanded. */
export interface CommandTarget {
  readonly deviceId: string;
  readonly meterId: string;
  /** What tells it from the others. */
  readonly label: string;
}

interface SendDialogProps {
  readonly targets: readonly CommandTarget[];
  readonly onClose: () => void;
}

const minuteMs = 60_000;
/** How long a command may wait and take; the longest stays below the server's 24 hours on any way there. */
const lives = { m1: minuteMs, m5: 5 * minuteMs, m30: 30 * minuteMs, h2: 120 * minuteMs, h24: 1439 * minuteMs } as const;
type Life = keyof typeof lives;
const lifeNames = Object.keys(lives) as readonly Life[];

/** Gives a device a command: its name, its parameters as JSON, and until when it counts. */
export function SendDialog({ targets, onClose }: SendDialogProps): ReactNode {
  const { t } = useTranslation();
  const { clock } = useLive();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const read = readParams(text);
  const { mutate, error, isPending } = useMutation({
    mutationFn: (form: FormData) => {
      const target = targets[Number(textOf(form, "target") || 0)];
      const life = lifeNames.find((name) => name === textOf(form, "life")) ?? "m5";
      return postJson<CommandBody>(`/devices/${encodeURIComponent(target?.deviceId ?? "")}/commands`, {
        meterId: target?.meterId,
        command: textOf(form, "command").trim(),
        params: read.ok ? read.params : {},
        expiresAt: clock.now() + lives[life],
      });
    },
    onSuccess: ({ command }) => {
      toast(t("commands.given", { command }));
      onClose();
    },
    onSettled: () => commandsChanged(client),
  });
  return (
    <Dialog title={t("commands.send")} onClose={onClose}>
      <DialogForm
        confirm={t("commands.send")}
        isPending={isPending}
        isBlocked={!read.ok}
        refusal={error}
        onConfirm={mutate}
        onClose={onClose}
      >
        {targets.length > 1 && (
          <FormSelect
            name="target"
            label={t("commands.target")}
            options={targets.map(({ label }, index) => ({ value: String(index), label }))}
          />
        )}
        <Field
          name="command"
          label={t("commands.name")}
          hint={t("commands.nameHint")}
          pattern="[A-Za-z][A-Za-z0-9_.\-]{0,63}"
          title={t("commands.nameHint")}
          required
          autoComplete="off"
          autoCapitalize="none"
          data-autofocus
        />
        <ParamsField text={text} fault={read.ok ? null : t(`commands.fault.${read.reason}`)} onChange={setText} />
        <FormSelect
          name="life"
          label={t("commands.life")}
          defaultValue="m5"
          options={lifeNames.map((value) => ({ value, label: t(`commands.lives.${value}`) }))}
        />
        <p className={classes.warning}>▲ {t("commands.warning")}</p>
      </DialogForm>
    </Dialog>
  );
}

interface ParamsFieldProps {
  readonly text: string;
  readonly fault: string | null;
  readonly onChange: (text: string) => void;
}

function ParamsField({ text, fault, onChange }: ParamsFieldProps): ReactNode {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className={classes.field}>
      <label htmlFor={id}>{t("commands.params")}</label>
      <textarea
        id={id}
        rows={4}
        spellCheck={false}
        placeholder={'{"seconds": 30}'}
        aria-invalid={fault !== null || undefined}
        aria-describedby={`${id}-note`}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-note`} className={fault === null ? classes.note : classes.fault}>
        {fault ?? t("commands.paramsHint")}
      </p>
    </div>
  );
}
