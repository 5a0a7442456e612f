import { ruleKinds } from "@smart-park/core";
import type { AlertRuleBody } from "@smart-park/core/wire";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { deleteJson, isApiError, patchJson, postJson } from "../../lib/api-client.ts";
import { useLanguage, useRight } from "../../lib/park.ts";
import { useAddress } from "../../lib/use-address.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { SaveBar } from "../../ui/save-bar.tsx";
import { toast } from "../../ui/toast.tsx";
import { BacktestPanel } from "./backtest-panel.tsx";
import { NewRule } from "./new-page.tsx";
import classes from "./page.module.css";
import { ruleQuery, templatesQuery } from "./queries.ts";
import {
  draftOfKind,
  draftOfRule,
  draftOfTemplate,
  problemsOf,
  toPatch,
  toRequest,
  toTemplateRequest,
  type RuleDraft,
} from "./rule-draft.ts";
import { RuleForm } from "./rule-form.tsx";
import { RuleSwitch } from "./rule-switch.tsx";
import { useRuleWords } from "./rule-words.ts";

/** `/ops/rules/:id`; `new` begins one from `template` or `kind` of the address. */
export function Page(): ReactNode {
  const { id = "" } = useParams();
  return id === "new" ? <New /> : <Saved key={id} id={id} />;
}

function New(): ReactNode {
  const address = useAddress();
  const language = useLanguage();
  const templates = useQuery(templatesQuery());
  const kind = address.oneOf("kind", ["", ...ruleKinds], "");
  const wanted = address.get("template");
  if (kind !== "") return <Editor key={kind} first={draftOfKind(kind)} saved={null} />;
  if (wanted === null) return <NewRule />;
  return (
    <Loaded query={templates} lines={8}>
      {(all) => {
        const template = all.find(({ id }) => id === wanted);
        if (!template) return <NewRule />;
        const name = language === "en" ? template.nameEn : template.name;
        return <Editor key={wanted} first={draftOfTemplate(template, name)} saved={null} />;
      }}
    </Loaded>
  );
}

function Saved({ id }: { id: string }): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(ruleQuery(id));
  if (isApiError(query.error) && query.error.status === 404)
    return (
      <>
        <PageHead title={t("rules.title")} />
        <Empty title={t("rules.notFound")} hint={t("error.notFound")} />
      </>
    );
  return (
    <Loaded query={query} lines={8}>
      {(rule) => <Editor key={rule.id} first={draftOfRule(rule)} saved={rule} />}
    </Loaded>
  );
}

interface EditorProps {
  readonly first: RuleDraft;
  readonly saved: AlertRuleBody | null;
}

function Editor({ first, saved }: EditorProps): ReactNode {
  const { t } = useTranslation();
  const mayWrite = useRight("rules.write");
  const words = useRuleWords();
  const [draft, setDraft] = useState(first);
  const [hasTried, setHasTried] = useState(false);
  const { save, error, isSaving } = useSaving(draft, saved);
  const problems = problemsOf(draft);
  const isChanged = saved === null || JSON.stringify(toPatch(draft)) !== JSON.stringify(toPatch(draftOfRule(saved)));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setHasTried(true);
    if (problems.length === 0) save();
  };
  return (
    <div className={classes.page}>
      <PageHead
        title={saved === null ? t("rules.newOf", { kind: t(`rules.kind.${draft.kind}`) }) : saved.name}
        lead={
          saved === null
            ? t("rules.draft")
            : t("rules.version", { kind: t(`rules.kind.${saved.kind}`), n: saved.version })
        }
        actions={
          <>
            {saved && <RuleSwitch rule={saved} />}
            <ButtonLink to="/ops/rules">{t("rules.toList")}</ButtonLink>
            {saved && mayWrite && <Remove rule={saved} />}
          </>
        }
      />
      <div className={classes.editor}>
        <form className={classes.stack} onSubmit={submit} aria-label={t("rules.form")} noValidate>
          <Panel title={t("rules.form")}>
            <fieldset className={classes.plain} disabled={!mayWrite}>
              <RuleForm
                draft={draft}
                isSaved={saved !== null}
                onChange={(some) => setDraft((before) => ({ ...before, ...some }))}
              />
            </fieldset>
          </Panel>
          {mayWrite && (
            <SaveBar
              save={t("rules.save")}
              isDisabled={!isChanged || isSaving}
              refusal={error}
              note={saved === null ? t("rules.savedOff") : isChanged ? t("rules.unsaved") : t("rules.noChange")}
            >
              {hasTried && problems.length > 0 && (
                <ul className={classes.warning} role="alert">
                  {problems.map((problem) => (
                    <li key={problem}>▲ {t(`rules.problem.${problem}`)}</li>
                  ))}
                </ul>
              )}
              {saved !== null && isChanged && (
                <Button onClick={() => setDraft(draftOfRule(saved))}>{t("rules.revert")}</Button>
              )}
            </SaveBar>
          )}
        </form>
        <div className={classes.stack}>
          <Panel title={t("rules.inWords")}>
            <div className={classes.words}>
              {words(draft).map((sentence, index) => (
                <p key={index}>{sentence}</p>
              ))}
            </div>
          </Panel>
          {mayWrite && <BacktestPanel draft={draft} />}
        </div>
      </div>
    </div>
  );
}

/** Stores the draft; a new rule is off until somebody switches it on, and then has its own address. */
function useSaving(
  draft: RuleDraft,
  saved: AlertRuleBody | null,
): { readonly save: () => void; readonly error: Error | null; readonly isSaving: boolean } {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => {
      if (saved) return patchJson<AlertRuleBody>(`/alert-rules/${encodeURIComponent(saved.id)}`, toPatch(draft));
      return draft.template === null
        ? postJson<AlertRuleBody>("/alert-rules", toRequest(draft))
        : postJson<AlertRuleBody>("/alert-rules/from-template", toTemplateRequest(draft));
    },
    onSuccess: async (rule) => {
      client.setQueryData(ruleQuery(rule.id).queryKey, rule);
      await client.invalidateQueries({ queryKey: ["rules"] });
      toast(saved ? t("rules.saved") : t("rules.created"));
      if (!saved)
        await navigate(
          {
            pathname: `/ops/rules/${rule.id}`,
            search: window.location.search.replace(/[?&](kind|template)=[^&]*/g, "").replace(/^&/, "?"),
          },
          { replace: true },
        );
    },
  });
  return { save: () => mutate(), error, isSaving: isPending };
}

function Remove({ rule }: { rule: AlertRuleBody }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, setIsOpen] = useState(false);
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => deleteJson(`/alert-rules/${encodeURIComponent(rule.id)}`),
    onSuccess: async () => {
      await navigate("/ops/rules");
      client.removeQueries({ queryKey: ruleQuery(rule.id).queryKey });
      await client.invalidateQueries({ queryKey: ["rules"] });
      toast(t("rules.removed", { name: rule.name }));
    },
  });
  return (
    <>
      <Button onClick={() => setIsOpen(true)}>{t("rules.remove")}</Button>
      {isOpen && (
        <ConfirmDialog
          title={t("rules.removeTitle")}
          confirm={t("rules.remove")}
          isPending={isPending}
          refusal={error}
          onConfirm={() => mutate()}
          onClose={() => setIsOpen(false)}
        >
          <p>{t("rules.removeText", { name: rule.name })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
