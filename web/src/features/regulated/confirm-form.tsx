import type { RegulatedBody } from "@smart-park/core/wire";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "../../figures/figures.module.css";
import { InputForm } from "../../figures/input-form.tsx";
import { textOf } from "../../lib/form-text.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useValueText } from "./value-text.ts";

/** Somebody read the document: from then on figures that rest on the value are no reference values any more. */
export function ConfirmForm({ version, onClose }: { version: RegulatedBody; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const valueText = useValueText();
  return (
    <Dialog title={t("regulated.confirm")} onClose={onClose}>
      <InputForm
        path={`/regulated/${encodeURIComponent(version.id)}/confirmation`}
        method="POST"
        toBody={(form) => ({ documentNumber: textOf(form, "documentNumber") })}
        onClose={onClose}
      >
        <p>
          <strong>{version.name}</strong>
          <br />
          {valueText(version)} {version.unit === "-" ? "" : version.unit}
        </p>
        <p className={classes.note}>{t("regulated.confirmHint")}</p>
        <Field
          name="documentNumber"
          label={t("regulated.document")}
          required
          maxLength={120}
          defaultValue={version.documentNumber ?? ""}
          data-autofocus
        />
      </InputForm>
    </Dialog>
  );
}
