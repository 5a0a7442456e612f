import type { SiteBody } from "@smart-park/core/wire";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { putJson } from "../../lib/api-client.ts";
import { Button } from "../../ui/button.tsx";
import { useRefusalText } from "../../ui/panel.tsx";
import { toast } from "../../ui/toast.tsx";
import { siteQuery } from "./site-query.ts";

/** Takes a plan from a JSON file; the server judges it and says what is wrong with it. */
export function PlanImport({ label, look }: { label: string; look?: "primary" }): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const refusalText = useRefusalText();
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const { mutate, isPending } = useMutation({
    mutationFn: async (file: File) => putJson<SiteBody>("/site-plan", parsed(await file.text(), t("site.notJson"))),
    onSuccess: (site) => {
      client.setQueryData(siteQuery().queryKey, site);
      toast(t("site.planTaken", { n: site.plan?.shapes.length ?? 0 }));
    },
    onError: (error) =>
      toast(t("error.action", { detail: error instanceof SyntaxError ? error.message : refusalText(error) }), "failed"),
  });
  return (
    <>
      <Button
        {...(look ? { look } : {})}
        isSmall={look === undefined}
        disabled={isPending}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
      <label className="visually-hidden" htmlFor={id}>
        {t("site.file")}
      </label>
      <input
        ref={input}
        id={id}
        className="visually-hidden"
        tabIndex={-1}
        type="file"
        accept=".json,application/json"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = ""; // the same file, mended, may be chosen again
          if (file) mutate(file);
        }}
      />
    </>
  );
}

function parsed(text: string, refusal: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError(refusal);
  }
}
