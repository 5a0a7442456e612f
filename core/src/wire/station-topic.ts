/**
 * What edge writes as the topic of an HJ 212 frame into the journal: `hj212`; `hj212/at/<DataTime>` for a part of a message
 * that does not tell its time itself; `hj212/bad_crc` and `hj212/bad_frame` for what was dropped.
 */
export const stationTopic = {
  frame: "hj212",
  partAt: (dataTime: string): string => `hj212/at/${dataTime}`,
  fault: (reason: "bad_crc" | "bad_frame"): string => `hj212/${reason}`,
} as const;

/** Null when the topic is none of these. */
export function parseStationTopic(
  topic: string,
): { readonly fault: "bad_crc" | "bad_frame" | null; readonly dataTime: string | null } | null {
  const [protocol, what, dataTime] = topic.split("/");
  if (protocol !== "hj212") return null;
  if (what === "bad_crc" || what === "bad_frame") return { fault: what, dataTime: null };
  return { fault: null, dataTime: what === "at" ? (dataTime ?? null) : null };
}
