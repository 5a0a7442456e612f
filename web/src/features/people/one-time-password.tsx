import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogFoot } from "../../ui/dialog.tsx";
import { Copyable } from "./copyable.tsx";
import classes from "./page.module.css";

interface OneTimePasswordProps {
  readonly title: string;
  readonly username: string;
  readonly password: string;
  readonly onClose: () => void;
}

/** A password that opens an account once, for a new one; shown only here. */
export function OneTimePassword({ title, username, password, onClose }: OneTimePasswordProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={classes.stack}>
        <p className={classes.warning}>▲ {t("users.once")}</p>
        <Copyable label={t("users.username")} text={username} />
        <Copyable label={t("users.oneTimePassword")} text={password} />
        <p className={classes.note}>{t("users.onceHint")}</p>
        <DialogFoot>
          <Button look="primary" onClick={onClose} data-autofocus>
            {t("users.noted")}
          </Button>
        </DialogFoot>
      </div>
    </Dialog>
  );
}
