import { isEnterpriseRole, type TokenScope } from "@smart-park/core";
import type { tokenCreated } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import { postJson } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { textOf } from "../../lib/form-text.ts";
import { usePark } from "../../lib/park.ts";
import { useLive } from "../../live/live-context.ts";
import { DialogForm } from "../../ui/confirm-dialog.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { DateField } from "../../ui/date-field.tsx";
import { Field, FormSelect } from "../../ui/field.tsx";
import classes from "./page.module.css";
import type { MadeToken } from "./queries.ts";
import { isRisky, scopeKeys, scopesToGive } from "./scope-words.ts";

interface CreateDialogProps {
  readonly onClose: () => void;
  readonly onMade: (token: MadeToken) => void;
}

/** Half a year: long enough to forget it, short enough to be asked again. */
const usualDays = 180;

/** What a program may do, for which enterprise, and until when. */
export function CreateDialog({ onClose, onMade }: CreateDialogProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { clock } = useLive();
  const [today] = useState(() => clock.now());
  const client = useQueryClient();
  const [scopes, setScopes] = useState<readonly TokenScope[]>([]);
  const { mutate, error, isPending } = useMutation({
    // Nothing keeps a token longer than the dialog that shows it.
    gcTime: 0,
    mutationFn: async (form: FormData): Promise<MadeToken> => {
      const [name, until, enterpriseId] = (["name", "until", "enterprise"] as const).map((key) =>
        textOf(form, key).trim(),
      ) as [string, string, string];
      const body = {
        ...{ name, scopes },
        ...(enterpriseId !== "" && { enterpriseId }),
        // Through the last day that was named.
        ...(until !== "" && { expiresAt: format.time.startOfDay(format.time.startOfLocalDay(until), 1) }),
      };
      return { ...(await postJson<z.infer<typeof tokenCreated>>("/tokens", body)), name };
    },
    onSuccess: async (made) => {
      onMade(made);
      await client.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  return (
    <Dialog title={t("tokens.add")} onClose={onClose}>
      <DialogForm
        confirm={t("tokens.make")}
        isPending={isPending}
        isBlocked={scopes.length === 0}
        refusal={error}
        onConfirm={mutate}
        onClose={onClose}
      >
        <Field
          name="name"
          label={t("tokens.name")}
          hint={t("tokens.nameHint")}
          required
          maxLength={200}
          autoComplete="off"
          data-autofocus
        />
        <ScopeChoice values={scopes} onChange={setScopes} />
        <EnterpriseChoice />
        <DateField
          name="until"
          label={t("tokens.lastDay")}
          hint={t("tokens.lastDayHint")}
          min={format.time.dayOf(today)}
          defaultValue={format.time.dayOf(today + usualDays * 86_400_000)}
        />
      </DialogForm>
    </Dialog>
  );
}

interface ScopeChoiceProps {
  readonly values: readonly TokenScope[];
  readonly onChange: (values: readonly TokenScope[]) => void;
}

/** Each thing a token may do in words; of what is chosen also what can go wrong. */
function ScopeChoice({ values, onChange }: ScopeChoiceProps): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const id = useId();
  const toggle = (scope: TokenScope): void =>
    onChange(values.includes(scope) ? values.filter((one) => one !== scope) : [...values, scope]);
  return (
    <fieldset className={classes.scopes}>
      <legend>{t("tokens.scopes")}</legend>
      {scopesToGive(me.rights).map((scope) => (
        <div key={scope} className={classes.scope}>
          <input
            id={`${id}-${scope}`}
            type="checkbox"
            checked={values.includes(scope)}
            aria-describedby={`${id}-${scope}-may`}
            onChange={() => toggle(scope)}
          />
          <label htmlFor={`${id}-${scope}`}>{t(`tokens.scope.${scopeKeys[scope]}.name`)}</label>
          <p id={`${id}-${scope}-may`}>
            {t(`tokens.scope.${scopeKeys[scope]}.may`)}
            {isRisky(scope) && values.includes(scope) && (
              <strong>▲ {t(`tokens.scope.${scopeKeys[scope]}.risk`)}</strong>
            )}
          </p>
        </div>
      ))}
      {values.length === 0 && <p className={classes.sub}>{t("tokens.atLeastOne")}</p>}
    </fieldset>
  );
}

/** The border of a token; who has only one enterprise is not asked. */
function EnterpriseChoice(): ReactNode {
  const { t } = useTranslation();
  const { me } = usePark();
  const { enterprises, enterpriseName } = useCatalog();
  const isBound = isEnterpriseRole(me.role);
  if (isBound && enterprises.length <= 1) return null;
  const own = enterprises.map(({ id }) => ({ value: id, label: enterpriseName(id) }));
  return (
    <FormSelect
      name="enterprise"
      label={t("tokens.enterprise")}
      options={isBound ? own : [{ value: "", label: t("tokens.wholePark") }, ...own]}
    />
  );
}
