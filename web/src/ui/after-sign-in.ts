import type { Me } from "@smart-park/core/wire";
import { t } from "i18next";
import { addPeopleTexts } from "../i18n/people-texts.ts";
import { ParkFormat } from "../lib/format.ts";
import { toast } from "./toast.tsx";

/** Tells after a sign-in when and from where the one before was, and whether somebody tried in vain since. */
export function tellPreviousSignIn(me: Me): void {
  const { previousSignIn } = me;
  if (previousSignIn === null) return;
  addPeopleTexts();
  const { at, address, failedSince } = previousSignIn;
  const told = { at: new ParkFormat(me.timeZone).full(Date.parse(at)), address: address.replace(/^::ffff:/, "") };
  if (failedSince === 0) toast(t("signIn.previous", told));
  else toast(t("signIn.previousFailed", { ...told, n: failedSince }), "failed");
}

const signs = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;
const lookEveryMs = 5000;
const shared = "park.usedAt";

let stop = (): void => undefined;

/**
 * Signs out once nobody has touched this page, or another one of the same browser, for some minutes. A page that asks for
 * news by itself keeps its session in use, so only the page knows whether somebody is there.
 */
export function signOutWhenIdle(minutes: number): void {
  stop();
  let usedAt = Date.now();
  const note = (): void => {
    usedAt = Date.now();
  };
  for (const sign of signs) addEventListener(sign, note, { passive: true, capture: true });
  const timer = setInterval(() => {
    const elsewhere = Number(localStorage.getItem(shared) ?? 0);
    if (usedAt > elsewhere) localStorage.setItem(shared, String(usedAt));
    if (Date.now() - Math.max(usedAt, elsewhere) >= minutes * 60_000) leave();
  }, lookEveryMs);
  stop = () => {
    clearInterval(timer);
    for (const sign of signs) removeEventListener(sign, note, { capture: true });
  };
  const leave = (): void => {
    stop();
    // The page goes in any case: what it shows is not for who comes by.
    void fetch("/api/v1/session", { method: "DELETE", headers: { "content-type": "application/json" } })
      .catch(() => undefined)
      .then(() => location.assign("/login"));
  };
}
