import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isRouteErrorResponse, useRouteError } from "react-router";
import { isApiError } from "../lib/api-client.ts";
import { Button, ButtonLink } from "../ui/button.tsx";
import { NoRight } from "../ui/no-right.tsx";
import { Empty } from "../ui/panel.tsx";

export function NotFoundPage(): ReactNode {
  const { t } = useTranslation();
  return (
    <>
      <h1 className="visually-hidden">{t("error.notFoundTitle")}</h1>
      <Empty
        title={t("error.notFoundTitle")}
        hint={t("error.notFoundHint")}
        action={<ButtonLink to="/">{t("error.home")}</ButtonLink>}
      />
    </>
  );
}

/** A page was asked for by somebody whom it is not for. */
export class NoAccess extends Error {
  readonly onlyFor: "park" | "enterprise";

  constructor(onlyFor: "park" | "enterprise") {
    super(`only for the ${onlyFor}`);
    this.name = "NoAccess";
    this.onlyFor = onlyFor;
  }
}

/** A page that threw: the rest of the frame keeps working. */
export function PageFailed(): ReactNode {
  const { t } = useTranslation();
  const error = useRouteError();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFoundPage />;
  if (error instanceof NoAccess)
    return <NoRight hint={error.onlyFor === "park" ? t("app.onlyForPark") : t("app.onlyForEnterprise")} />;
  const requestId = isApiError(error) ? error.requestId : null;
  const hint = isApiError(error) && error.status === 0 ? t("error.network") : t("error.pageHint");
  return (
    <>
      <h1 className="visually-hidden">{t("error.page")}</h1>
      <Empty
        title={t("error.page")}
        hint={requestId ? `${hint} ${t("error.request", { id: requestId })}` : hint}
        action={<Button onClick={() => location.reload()}>{t("action.retry")}</Button>}
      />
    </>
  );
}
