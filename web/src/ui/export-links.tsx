import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { toUrl } from "../lib/api-client.ts";
import type { Ask } from "../lib/asks.ts";
import { classNames } from "../lib/class-names.ts";
import buttons from "./button.module.css";
import { Icon } from "./icons.tsx";

/** What is shown, as a file: the server answers the same question in another form. */
export function ExportLinks({ of }: { of: Ask<unknown> }): ReactNode {
  const { t } = useTranslation();
  return (["csv", "xlsx"] as const).map((format) => (
    <a
      key={format}
      className={classNames(buttons.button, buttons.quiet, buttons.small)}
      href={toUrl(of.path, { ...of.query, format })}
      download
      title={t("app.export", { format: format.toUpperCase() })}
    >
      <Icon name="download" size={15} />
      {format.toUpperCase()}
    </a>
  ));
}
