import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "./button.tsx";
import { PageHead } from "./page.tsx";
import { Empty } from "./panel.tsx";

/** In place of a page that somebody may not see: that it is so, whom to ask, and the way to the own start page. */
export function NoRight({ title, hint }: { title?: string; hint?: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      {title === undefined ? <h1 className="visually-hidden">{t("error.noRight")}</h1> : <PageHead title={title} />}
      <Empty
        title={t("error.noRight")}
        hint={hint ?? t("error.noRightHint")}
        action={<ButtonLink to="/">{t("error.home")}</ButtonLink>}
      />
    </>
  );
}
