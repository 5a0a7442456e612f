import type { Me } from "@smart-park/core/wire";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { isApiError } from "../../lib/api-client.ts";
import { ownAddress } from "../../lib/own-address.ts";
import { setPageTitle } from "../../lib/page-title.ts";
import { homeOf } from "../../lib/park.ts";
import { changePreferences, usePreferences } from "../../lib/preferences.ts";
import { forgetPerson, meQuery } from "../../lib/queries.ts";
import { sessionRenewed } from "../../lib/session-expiry.ts";
import { Segments } from "../../ui/field.tsx";
import { SignInForm } from "../../ui/sign-in-form.tsx";
import { ChangeFirst } from "./change-first.tsx";
import classes from "./page.module.css";

export function Page(): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  // A person who came here with a one-time password still valid in the session continues with the change.
  const { data: known, error } = useQuery({ ...meQuery(), retry: false });
  const isShutOut = isApiError(error) && error.code === "account_disabled";
  const [oneTimePassword, setOneTimePassword] = useState<string | null>(null);
  // Few need them, so they come only then.
  const mustChange = known?.mustChangePassword === true;
  // While the page behind comes, the form stays: an empty sign-in would look like a failure.
  const [hasChanged, setHasChanged] = useState(false);
  const [hasTexts, setHasTexts] = useState(false);
  useEffect(() => {
    if (!mustChange) return;
    void import("../../i18n/people-texts.ts").then(({ addPeopleTexts }) => {
      addPeopleTexts();
      setHasTexts(true);
    });
  }, [mustChange]);
  const title = t("login.title");
  useEffect(() => setPageTitle(title), [title]);

  const enter = (me: Me): void => {
    client.setQueryData(meQuery().queryKey, me);
    sessionRenewed();
    // Fetched only now: the first load does without it.
    void import("../../ui/after-sign-in.ts").then(({ tellPreviousSignIn }) => tellPreviousSignIn(me));
    void navigate(ownAddress(search.get("next")) ?? homeOf(me), { replace: true });
  };
  const signedIn = (me: Me, password: string): void => {
    forgetPerson(client);
    if (!me.mustChangePassword) return enter(me);
    setOneTimePassword(password);
    client.setQueryData(meQuery().queryKey, me);
  };
  const changed = (me: Me): void => {
    setHasChanged(true);
    enter(me);
  };
  return (
    <div className={classes.page}>
      <Side />
      <main className={classes.main}>
        <div className={classes.top}>
          <LanguageChoice />
        </div>
        <div className={classes.box}>
          {known !== undefined && (mustChange || hasChanged) ? (
            hasTexts && <ChangeFirst me={known} current={oneTimePassword} onChanged={changed} />
          ) : (
            <>
              <header>
                <h1>{title}</h1>
                {isShutOut && <ShutOut />}
              </header>
              <SignInForm onSignedIn={signedIn} />
            </>
          )}
        </div>
      </main>
    </div>
  );
}

function ShutOut(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.ended} role="alert">
      <span aria-hidden="true">⊘</span>
      <p>
        <strong>{t("login.disabled")}</strong>
        {t("login.disabledHint")}
      </p>
    </div>
  );
}

function LanguageChoice(): ReactNode {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (
    <Segments
      label={t("login.language")}
      value={language}
      options={[
        { value: "zh", label: "中文" },
        { value: "en", label: "English" },
      ]}
      onChange={(chosen) => changePreferences({ language: chosen })}
    />
  );
}

function Side(): ReactNode {
  const { t } = useTranslation();
  return (
    <div className={classes.side}>
      <strong>{t("app.name")}</strong>
      <p>{t("app.subtitle")}</p>
      <svg className={classes.curve} viewBox="0 0 600 200" preserveAspectRatio="none" aria-hidden="true">
        <path
          d="M0 150C40 146 60 152 90 140S150 70 190 74s50 46 90 40 60-74 100-70 40 50 80 56 80-30 140-46V200H0Z"
          fill="#11507d"
        />
        <path
          d="M0 176C60 172 90 158 140 160s80 22 130 14 70-46 120-44 60 30 100 30 70-20 110-24V200H0Z"
          fill="#0d4068"
        />
      </svg>
    </div>
  );
}
