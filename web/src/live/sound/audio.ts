import type { SoundedSeverity } from "../../lib/sound-settings.ts";
import { playTone } from "./tones.ts";

/** One for the tab: a browser counts contexts, and lets one go on once somebody has clicked. */
let context: AudioContext | null = null;
const listeners = new Set<() => void>();

function tell(): void {
  for (const listener of [...listeners]) listener();
}

/** Any click or key on the page is the one that browsers want. After it, so that nothing moves under the pointer. */
function followGestures(): void {
  const resume = (): void => void enableAudio();
  const kinds = ["click", "keyup"] as const;
  const follow = (): void => {
    for (const kind of kinds)
      if (isAudioRunning()) document.removeEventListener(kind, resume);
      else document.addEventListener(kind, resume);
  };
  follow();
  listeners.add(follow);
}

function audio(): AudioContext {
  if (context !== null) return context;
  context = new AudioContext({ latencyHint: "interactive" });
  context.addEventListener("statechange", tell);
  followGestures();
  return context;
}

export const isAudioRunning = (): boolean => context?.state === "running";

/** Tells of every change; the first who listens makes the context, which a browser mostly holds until a click. */
export function subscribeAudio(listener: () => void): () => void {
  listeners.add(listener);
  audio();
  return () => listeners.delete(listener);
}

const answerMs = 2000;

/** From a click: lets the page sound. False when it does not all the same: a machine may have nothing to sound with. */
export async function enableAudio(): Promise<boolean> {
  const resumed = audio().resume();
  // Without a device some browsers never answer.
  const given = new Promise<void>((resolve) => setTimeout(resolve, answerMs));
  await Promise.race([resumed, given]).catch(() => undefined);
  tell();
  return isAudioRunning();
}

/** From a click: what a severity sounds like. */
export async function tryTone(severity: SoundedSeverity, volume: number): Promise<boolean> {
  const isRunning = await enableAudio();
  if (isRunning) sound(severity, volume);
  return isRunning;
}

export const sound = (severity: SoundedSeverity, volume: number): void => playTone(audio(), severity, volume);
