import { days, minutes } from "../time.ts";
import type { SignInPolicy } from "./sign-in-policy.ts";

/**
 * What the platform does for one demand of a profile. `value` null = there is no figure to it. A demand is dated and has a
 * source like any regulated number; `status` says how well its wording is known here.
 */
export interface ComplianceRule {
  readonly id: ComplianceRuleId;
  readonly value: number | null;
  readonly unit: "characters" | "kinds" | "passwords" | "days" | "failures" | "minutes" | "seconds" | null;
  /** What is demanded, in the words of the source; null = by our own rules alone. */
  readonly demand: {
    readonly text: string;
    readonly source: string;
    readonly effectiveFrom: string;
    readonly status: "secondary" | "unverified";
  } | null;
}

export const complianceRuleIds = [
  "passwordLength",
  "passwordKinds",
  "formerPasswords",
  "passwordAge",
  "failuresBeforeDelay",
  "firstDelay",
  "idle",
  "lastSignIn",
  "auditKept",
  "tls",
] as const;
export type ComplianceRuleId = (typeof complianceRuleIds)[number];

const identity = {
  text: "身份鉴别信息具有复杂度要求并定期更换",
  source: "GB/T 22239-2019 7.1.4.1 a)；标准未给数值，此处为常见测评口径",
  effectiveFrom: "2019-12-01",
  status: "unverified",
} as const;
const failures = {
  text: "结束会话、限制非法登录次数、登录连接超时自动退出",
  source: "GB/T 22239-2019 7.1.4.1 b)；标准未给数值，此处为常见测评口径",
  effectiveFrom: "2019-12-01",
  status: "unverified",
} as const;
const transport = {
  text: "远程管理时防止鉴别信息在网络传输过程中被窃听",
  source: "GB/T 22239-2019 7.1.4.1 c)",
  effectiveFrom: "2019-12-01",
  status: "unverified",
} as const;
const audit = {
  text: "网络日志留存不少于六个月",
  source: "网络安全法 第二十一条；GB/T 22239-2019 7.1.4.3 c)",
  effectiveFrom: "2017-06-01",
  status: "unverified",
} as const;

/** In minutes, or in seconds where it is less than one. */
const duration = (ms: number): Pick<ComplianceRule, "value" | "unit"> =>
  ms < minutes(1) ? { value: ms / 1000, unit: "seconds" } : { value: ms / minutes(1), unit: "minutes" };

/** Every rule of sign-in and audit that is in force, with the demand behind it. */
export function complianceRules(policy: SignInPolicy, isTls: boolean): readonly ComplianceRule[] {
  const demanded = <T>(demand: T): T | null => (policy.profile === "none" ? null : demand);
  const { maxPasswordAgeMs, delay } = policy;
  const inDays = maxPasswordAgeMs === null ? null : maxPasswordAgeMs / days(1);
  return [
    { id: "passwordLength", value: policy.minLength, unit: "characters", demand: demanded(identity) },
    { id: "passwordKinds", value: policy.minClasses, unit: "kinds", demand: demanded(identity) },
    { id: "formerPasswords", value: policy.formerPasswords, unit: "passwords", demand: demanded(identity) },
    { id: "passwordAge", value: inDays, unit: "days", demand: demanded(identity) },
    { id: "failuresBeforeDelay", value: delay.free, unit: "failures", demand: demanded(failures) },
    { id: "firstDelay", ...duration(delay.firstMs), demand: demanded(failures) },
    { id: "idle", value: policy.idleMs / minutes(1), unit: "minutes", demand: demanded(failures) },
    { id: "lastSignIn", value: null, unit: null, demand: null },
    // For ever: there is no retention.
    { id: "auditKept", value: null, unit: "days", demand: demanded(audit) },
    { id: "tls", value: isTls ? 1 : 0, unit: null, demand: demanded(transport) },
  ];
}
