import { hours, minutes, seconds } from "@smart-park/core";

/** Limits of the HJ 212 side beside those of the protocol (milliseconds, bytes, counts). */
export const stationLimits = {
  connections: 2000,
  /** Stations that one connection may speak for: front ends pass on what several loggers send. */
  stationsPerConnection: 50,
  /**
   * Connections that one station may have: after its line broke it comes again while the broken ones still stand. One more
   * ends the oldest that speaks for it alone, so that no station takes the places of the others.
   */
  connectionsPerStation: 4,
  /** Until the first frame of a known station: many loggers speak only when a minute is over. */
  strangerMs: minutes(2),
  /** Three times the longest interval of the standard (RtdInterval, 3600 s). */
  silentMs: hours(3),
  /** A frame whose rest does not come is given up. */
  unfinishedMs: seconds(10),
  silenceCheckMs: 500,
  /** A stranger that gave a wrong MN or PW is not heard any more, and cut after this. */
  refusalMs: seconds(1),
  /** Wrong tries for one MN from one address before the next ones are not looked at for a while, longer each time. */
  wrongTries: 5,
  wrongTriesWithinMs: minutes(15),
  holdMs: { first: seconds(10), longest: minutes(15) },
  heldPairs: 10_000,
  /** Bad frames, and those of stations not known, in a minute before the connection is closed; of a stranger bad ones. */
  faultsPerMinute: 30,
  strangerFaults: 5,
  /**
   * Bad frames outside of a known station's connection that are kept, of each station that they name and of nobody known all
   * together: so many at once, then so many a second; the rest is counted.
   */
  strayFrames: { perSecond: 0.1, burst: 20 },
  /** Frames of one connection that wait for the disk; above this it is not read. */
  waitingFrames: 64,
  unreadBytes: 64 * 1024,
  /** Newest frames of a station by which a repeated one is known. */
  recentFrames: 64,
} as const;
