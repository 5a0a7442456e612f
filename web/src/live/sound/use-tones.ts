import type { EpochMs, ParkTime } from "@smart-park/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { usePark } from "../../lib/park.ts";
import { preferences, usePreferences } from "../../lib/preferences.ts";
import { alertsQuery } from "../../lib/queries.ts";
import { soundedSeverities, type SoundedSeverity } from "../../lib/sound-settings.ts";
import { arrivalsAfter, newestArrival, subscribeArrivals } from "../alert-arrivals.ts";
import { steadyNow } from "../server-clock.ts";
import { isAudioRunning, sound, subscribeAudio } from "./audio.ts";
import { isTold, soundRole, type SoundRole } from "./sound-rules.ts";
import { ToneDesk } from "./tone-desk.ts";
import { isSoundSupported, useIsTaken, useTurn } from "./turns.ts";

const turnName = "park.alert-sound";
const neverChanges = (): (() => void) => () => undefined;

/** Sounds alerts while it is this tab's turn; gives what this tab may do. For who wants sound, once in the tab. */
export function useTones(): SoundRole {
  const { sound: settings } = usePreferences();
  const isWanted = settings.isOn && isSoundSupported();
  const isRunning = useSyncExternalStore(isWanted ? subscribeAudio : neverChanges, isAudioRunning);
  const isCandidate = isWanted && isRunning;
  const isPlaying = useTurn(turnName, isCandidate);
  const isLedElsewhere = useIsTaken(turnName, isWanted && !isRunning);
  const desk = useDesk();
  useEffect(() => desk.setPlaying(isPlaying), [desk, isPlaying]);
  useEffect(() => desk.look(), [desk, settings]);
  return soundRole({
    ...{ isOn: settings.isOn, isSupported: isSoundSupported() },
    ...{ isAudioRunning: isRunning, isLedElsewhere },
  });
}

/** The desk of this tab, which knows what comes, what stands, and what other tabs have sounded. */
function useDesk(): ToneDesk {
  const { format, now } = usePark();
  const [{ desk, listen }] = useState(() => makeDesk(format.time, now));
  // One row is enough to know that there is one. Asked for in a hidden tab too: what was shelved comes back without a word.
  const standing = alertsQuery({ state: "unacknowledged", severity: "P1", limit: 20 });
  const { data } = useQuery({ ...standing, refetchIntervalInBackground: true });
  const isUrgent = (data?.items.length ?? 0) > 0;
  useEffect(listen, [listen]);
  useEffect(() => desk.setUrgent(isUrgent), [desk, isUrgent]);
  return desk;
}

const toSounded = (value: unknown): SoundedSeverity | undefined => soundedSeverities.find((one) => one === value);

/** A desk, and how it begins to listen to what comes and to the other tabs, until the function that this gives is called. */
function makeDesk(time: ParkTime, now: () => EpochMs): { desk: ToneDesk; listen: () => () => void } {
  let channel: BroadcastChannel | null = null;
  const desk = new ToneDesk({
    now: steadyNow,
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    isTold: (severity) => isTold(severity, preferences().sound, now(), time),
    play: (severity) => sound(severity, preferences().sound.volume),
    tell: (severity) => channel?.postMessage(severity),
  });
  const listen = (): (() => void) => {
    const line = new BroadcastChannel(turnName);
    channel = line;
    line.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      const severity = toSounded(data);
      if (severity !== undefined) desk.heardElsewhere(severity);
    });
    let heard = newestArrival();
    const stop = subscribeArrivals(() => {
      const came = arrivalsAfter(heard).flatMap(({ alert }) => toSounded(alert.severity) ?? []);
      heard = newestArrival();
      for (const severity of came) desk.arrived(severity);
    });
    return () => {
      stop();
      desk.stop();
      channel = null;
      line.close();
    };
  };
  return { desk, listen };
}
