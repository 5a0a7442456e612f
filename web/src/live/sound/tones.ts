import type { SoundedSeverity } from "../../lib/sound-settings.ts";

/** One note: its pitch, when it begins after the tone does, and how long it lasts. */
interface Note {
  readonly hz: number;
  readonly atS: number;
  readonly forS: number;
}

/**
 * Told apart by rhythm and number first, pitch second: five quick pulses that rise, two falling notes, one low one. Between
 * 500 and 1,200 Hz, where small loudspeakers and older ears are at their best.
 */
const notesOf: Readonly<Record<SoundedSeverity, readonly Note[]>> = {
  P1: [784, 988, 1175, 988, 1175].map((hz, n) => ({ hz, atS: 0.16 * n + (n > 2 ? 0.12 : 0), forS: 0.13 })),
  P2: [
    { hz: 880, atS: 0, forS: 0.22 },
    { hz: 659, atS: 0.28, forS: 0.32 },
  ],
  P3: [{ hz: 523, atS: 0, forS: 0.35 }],
};

const loudest = 0.5;
/** A tone that begins or ends at once clicks. */
const edgeS = 0.012;

/** Plays the tone of a severity; `volume` from 0 to 1 is squared, which is nearer to how loud it is felt. */
export function playTone(context: AudioContext, severity: SoundedSeverity, volume: number): void {
  const level = loudest * volume * volume;
  for (const { hz, atS, forS } of notesOf[severity]) {
    const [from, to] = [context.currentTime + 0.02 + atS, context.currentTime + 0.02 + atS + forS];
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(level, from + edgeS);
    gain.gain.setValueAtTime(level, to - edgeS);
    gain.gain.linearRampToValueAtTime(0, to);
    const oscillator = context.createOscillator();
    oscillator.type = "triangle";
    oscillator.frequency.value = hz;
    oscillator.connect(gain).connect(context.destination);
    oscillator.onended = () => gain.disconnect();
    oscillator.start(from);
    oscillator.stop(to);
  }
}
