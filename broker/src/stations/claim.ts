import { hj212Limits, isStationNumber, isStationPassword } from "@smart-park/core/hj212";

/** Who a frame says it is from. */
export interface Claim {
  readonly mn: string;
  readonly pw: string;
}

/** What can still be read of it in bytes that are no right frame; empty where a field is missing or is none. */
export function claimOf(bytes: Uint8Array): Claim {
  const text = `;${Buffer.from(bytes.subarray(0, hj212Limits.frameBytes)).toString("latin1")}`;
  const field = (pattern: RegExp): string => pattern.exec(text)?.[1]?.trim() ?? "";
  const [mn, pw] = [field(/;\s*MN\s*=([^;]*);/), field(/;\s*PW\s*=([^;]*);/)];
  return { mn: isStationNumber(mn) ? mn : "", pw: isStationPassword(pw) ? pw : "" };
}
