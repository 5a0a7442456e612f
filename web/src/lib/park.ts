import type { EnterpriseBody, Me, MeterBody } from "@smart-park/core/wire";
import { isEnterpriseRole, type EpochMs, type Right } from "@smart-park/core";
import { createContext, use } from "react";
import { ParkFormat } from "./format.ts";
import { usePreferences, type Language } from "./preferences.ts";

/** The signed-in person and the park's calendar; set once below the sign-in. */
export interface Park {
  readonly me: Me;
  readonly format: ParkFormat;
  /** The server's time, whatever the PC's clock says. */
  readonly now: () => EpochMs;
}

export const ParkContext = createContext<Park | null>(null);

export function usePark(): Park {
  const park = use(ParkContext);
  if (!park) throw new Error("no ParkContext above this component");
  return park;
}

export const makePark = (me: Me, now: () => EpochMs): Park => ({ me, format: new ParkFormat(me.timeZone), now });

export const useRight = (right: Right): boolean => usePark().me.rights.includes(right);

/** Where a role starts. */
export const homeOf = (me: Me): string => (isEnterpriseRole(me.role) ? "/my" : "/overview");

/** Whether a person who signs in again may go on with the page as it is. */
export const seesTheSame = (before: Me, now: Me): boolean => viewOf(before) === viewOf(now) && !now.mustChangePassword;

const viewOf = ({ id, role, enterpriseIds, rights }: Me): string => JSON.stringify([id, role, enterpriseIds, rights]);

export const useLanguage = (): Language => usePreferences().language;

/** The name in the chosen language; names are data, so the Chinese one stands in where no other was entered. */
export const nameIn = (language: Language, named: Pick<EnterpriseBody | MeterBody, "name" | "nameEn">): string =>
  language === "en" && named.nameEn !== null ? named.nameEn : named.name;

export interface PointName {
  readonly meterId: string;
  readonly quantity: string;
}

/** `{meterId}.{quantity}` taken apart; ids hold no dot. */
export function splitPoint(point: string): PointName {
  const dot = point.indexOf(".");
  return { meterId: point.slice(0, dot), quantity: point.slice(dot + 1) };
}
