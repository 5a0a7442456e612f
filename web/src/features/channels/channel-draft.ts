import type { ChannelKind, Language } from "@smart-park/core";
import type { channelPatch, channelRequest } from "@smart-park/core/wire";
import type { z } from "zod";
import type { ChannelBody } from "./queries.ts";

export type Security = (typeof securities)[number];
export const securities = ["tls", "starttls", "none"] as const;

/** A channel as a form holds it; secrets are empty where they stay as they are. */
export interface ChannelDraft {
  readonly kind: ChannelKind;
  readonly name: string;
  /** "" = the park. */
  readonly enterpriseId: string;
  readonly language: Language;
  readonly url: string;
  readonly signingKey: string;
  readonly host: string;
  /** NaN = no number. */
  readonly port: number | null;
  readonly security: Security;
  readonly from: string;
  readonly username: string;
  readonly password: string;
  readonly meterId: string;
}

/** Where addresses of a robot begin. */
export const usualHosts: Partial<Record<ChannelKind, string>> = {
  wecom: "qyapi.weixin.qq.com",
  dingtalk: "oapi.dingtalk.com",
  feishu: "open.feishu.cn",
};

const empty: Omit<ChannelDraft, "kind" | "name"> = {
  enterpriseId: "",
  language: "zh",
  url: "",
  signingKey: "",
  host: "",
  port: 465,
  security: "tls",
  from: "",
  username: "",
  password: "",
  meterId: "",
};

export const draftOfKind = (kind: ChannelKind, name: string): ChannelDraft => ({ ...empty, kind, name });

export function draftOfChannel({ kind, name, enterpriseId, language, settings }: ChannelBody): ChannelDraft {
  const text = (key: string): string => String(settings?.[key] ?? "");
  const draft = draftOfKind(kind as ChannelKind, name); // the API knows no other kinds
  const common = { ...draft, enterpriseId: enterpriseId ?? "", language };
  if (kind === "mqtt") return { ...common, meterId: text("meterId") };
  if (kind !== "email") return common;
  return {
    ...common,
    host: text("host"),
    port: Number(settings?.["port"]),
    security: securities.find((one) => one === settings?.["security"]) ?? "tls",
    from: text("from"),
    username: text("username"),
  };
}

export type ChannelProblem = "name" | "url" | "notUrl" | "signingKey" | "shortKey" | "host" | "port" | "from" | "meter";

const minKeyLength = 8;

/** What keeps a draft from being saved, in the order of the form; `saved` = secrets that are there already. */
export function problemsOf(draft: ChannelDraft, saved: readonly string[]): ChannelProblem[] {
  const problems: ChannelProblem[] = [];
  if (draft.name.trim() === "") problems.push("name");
  if (draft.kind === "email") return [...problems, ...mailProblems(draft)];
  if (draft.kind === "mqtt") return draft.meterId === "" ? [...problems, "meter"] : problems;
  const [url, key] = [draft.url.trim(), draft.signingKey.trim()];
  if (url === "" && !saved.includes("url")) problems.push("url");
  if (url !== "" && !/^https?:\/\/[^/\s]+/i.test(url)) problems.push("notUrl");
  if (key === "" && draft.kind === "webhook" && !saved.includes("signingKey")) problems.push("signingKey");
  if (key !== "" && key.length < minKeyLength) problems.push("shortKey");
  return problems;
}

function mailProblems({ host, port, from }: ChannelDraft): ChannelProblem[] {
  const problems: ChannelProblem[] = [];
  if (host.trim() === "") problems.push("host");
  if (port === null || !Number.isInteger(port) || port < 1 || port > 65_535) problems.push("port");
  if (!/^\S+@\S+$/.test(from.trim())) problems.push("from");
  return problems;
}

/** A robot's address that does not begin as theirs do is likely another thing that was copied. */
export function isUnusualHost({ kind, url }: Pick<ChannelDraft, "kind" | "url">): boolean {
  const usual = usualHosts[kind];
  const host = /^https?:\/\/([^/:?#]+)/i.exec(url.trim())?.[1];
  return usual !== undefined && url.trim() !== "" && host?.toLowerCase() !== usual;
}

type Config = NonNullable<z.input<typeof channelPatch>["config"]>;

function toConfig(draft: ChannelDraft): Config {
  const { kind, host, port, security, from, username } = draft;
  const secret = (name: "url" | "signingKey" | "password") =>
    draft[name].trim() === "" ? {} : { [name]: draft[name].trim() };
  switch (kind) {
    case "email": {
      const account = username.trim() === "" ? null : username.trim();
      const server = { host: host.trim(), port: port ?? undefined, security, from: from.trim(), username: account };
      return { kind, ...server, ...secret("password") };
    }
    case "mqtt":
      return { kind, meterId: draft.meterId };
    case "wecom":
      return { kind, ...secret("url") };
    case "webhook":
    case "dingtalk":
    case "feishu":
      return { kind, ...secret("url"), ...secret("signingKey") };
  }
}

export const toPatch = (draft: ChannelDraft): z.input<typeof channelPatch> => ({
  name: draft.name.trim(),
  language: draft.language,
  config: toConfig(draft),
});

/** A new channel; its id is the kind and a number that no other has. */
export const toRequest = (
  draft: ChannelDraft,
  others: readonly string[],
): Omit<z.input<typeof channelRequest>, "config"> & { readonly config: Config } => ({
  ...toPatch(draft),
  name: draft.name.trim(),
  id: freeId(draft.kind, others),
  enterpriseId: draft.enterpriseId === "" ? null : draft.enterpriseId,
  config: toConfig(draft),
});

function freeId(kind: ChannelKind, others: readonly string[]): string {
  let n = 1;
  while (others.includes(`${kind}-${n}`)) n++;
  return `${kind}-${n}`;
}
