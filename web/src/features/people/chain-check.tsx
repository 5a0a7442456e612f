import { useMutation } from "@tanstack/react-query";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { textOf } from "../../lib/form-text.ts";
import { usePark } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Refusal } from "../../ui/refusal.tsx";
import { Copyable } from "./copyable.tsx";
import classes from "./page.module.css";
import { verifyChain, type AuditChain } from "./queries.ts";

/** Walks the whole log on the server and tells whether it stands as it was written. */
export function ChainCheck({ onDone }: { onDone: () => void }): ReactNode {
  const { t } = useTranslation();
  const { mutate, data, error, isPending } = useMutation({ mutationFn: verifyChain, onSuccess: onDone });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    mutate(textOf(new FormData(event.currentTarget), "hash").trim().toLowerCase());
  };
  return (
    <Panel title={t("audit.chain")} aside={t("audit.chainLead")}>
      <form className={classes.check} onSubmit={submit}>
        <Field
          label={t("audit.knownHash")}
          name="hash"
          hint={t("audit.knownHashHint")}
          pattern="\s*[0-9a-fA-F]{64}\s*"
          title={t("audit.knownHashHint")}
          autoComplete="off"
          spellCheck={false}
        />
        <Button type="submit" disabled={isPending}>
          {isPending ? t("audit.checking") : t("audit.check")}
        </Button>
      </form>
      <div role="status">
        <Refusal reason={error} />
        {data && <Result chain={data} />}
      </div>
    </Panel>
  );
}

function Result({ chain }: { chain: AuditChain }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const { entries, brokenAt, isKnown, head, at } = chain;
  const when = format.full(Date.parse(at));
  return (
    <div className={classes.stack}>
      {brokenAt === null ? (
        <p className={classes.good}>✓ {t("audit.whole", { n: entries, at: when })}</p>
      ) : (
        <p className={classes.warning}>✕ {t("audit.broken", { n: brokenAt, at: when })}</p>
      )}
      {isKnown === true && <p className={classes.good}>✓ {t("audit.known")}</p>}
      {isKnown === false && <p className={classes.warning}>✕ {t("audit.unknown")}</p>}
      {head !== "" && <Copyable label={t("audit.head")} text={head} />}
      <p className={classes.note}>{t("audit.headHint")}</p>
    </div>
  );
}
