import type { ProblemIssue } from "@smart-park/core/wire";
import { createContext, use, useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isApiError } from "../lib/api-client.ts";
import { useLanguage } from "../lib/park.ts";

const FieldErrorsContext = createContext<ReadonlyMap<string, string>>(new Map());

/** What the server said of the field of that name; null = nothing. */
export function useFieldError(name: string | undefined): string | null {
  const errors = use(FieldErrorsContext);
  return (name === undefined ? undefined : errors.get(name)) ?? null;
}

const rules = ["invalid_type", "too_small", "too_big", "invalid_format", "invalid_value"] as const;

/** Says beside each field what the server did not take of it. A field is called as the last part of its path. */
export function FieldErrors({ of, children }: { of: Error | string | null; children: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const errors = useMemo(() => {
    const textOf = ({ message, rule, limit, isExclusive }: ProblemIssue): string => {
      const known = rules.find((one) => one === rule);
      // Of a rule that has no words yet the English ones name at least the value.
      if (known === undefined) return language === "en" ? message : `${t("issue.custom")} (${message})`;
      if (known === "too_small" && limit === 1 && message.includes("string")) return t("issue.invalid_type");
      if (isExclusive === true) return t("issue.moreThan", { limit });
      const isBound = known === "too_small" || known === "too_big";
      return isBound && limit === undefined ? t("issue.custom") : t(`issue.${known}`, { limit });
    };
    const issues = isApiError(of) ? of.issues : [];
    return new Map(issues.map((issue) => [issue.path.split(".").at(-1) ?? "", textOf(issue)]));
  }, [of, t, language]);
  return <FieldErrorsContext value={errors}>{children}</FieldErrorsContext>;
}
