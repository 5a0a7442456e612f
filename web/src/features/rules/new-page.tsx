import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useLanguage } from "../../lib/park.ts";
import { PageHead } from "../../ui/page.tsx";
import { Loaded, Panel } from "../../ui/panel.tsx";
import { SeverityBadge } from "../../ui/severity.tsx";
import classes from "./page.module.css";
import { templatesQuery } from "./queries.ts";
import { draftOfTemplate, type RuleTemplate } from "./rule-draft.ts";
import { kindGroupNames, kindGroups } from "./rule-kinds.ts";
import { useRuleWords } from "./rule-words.ts";

/** Where a new rule begins: a template with usual values, or a kind with none. */
export function NewRule(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery(templatesQuery());
  return (
    <div className={classes.page}>
      <PageHead title={t("rules.new")} lead={t("rules.newLead")} />
      <Panel title={t("rules.byTemplate")} aside={t("rules.byTemplateHint")}>
        <Loaded query={query} lines={6}>
          {(templates) => <Templates templates={templates} />}
        </Loaded>
      </Panel>
      <Panel title={t("rules.byKind")} aside={t("rules.byKindHint")}>
        <div className={classes.kindGroups}>
          {kindGroupNames.map((group) => (
            <section key={group} aria-label={t(`rules.group.${group}`)}>
              <h3>{t(`rules.group.${group}`)}</h3>
              <ul className={classes.cards}>
                {kindGroups[group].map((kind) => (
                  <li key={kind}>
                    <Link className={classes.card} to={`/ops/rules/new?kind=${kind}`}>
                      <strong>{t(`rules.kind.${kind}`)}</strong>
                      <span>{t(`rules.kindHint.${kind}`)}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      </Panel>
    </div>
  );
}

function Templates({ templates }: { templates: readonly RuleTemplate[] }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const words = useRuleWords();
  return (
    <ul className={classes.cards}>
      {templates.map((template) => {
        const name = language === "en" ? template.nameEn : template.name;
        return (
          <li key={template.id}>
            <Link className={classes.card} to={`/ops/rules/new?template=${template.id}`}>
              <strong>
                <SeverityBadge severity={template.severity} /> {name}
              </strong>
              <span>{words(draftOfTemplate(template, name))[0]}</span>
              <small>{template.needs.length > 0 ? t("rules.needs") : ""}</small>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
