import { isIP } from "node:net";
import type { SendResult, SendingChannel } from "@smart-park/core";
import { createTransport } from "nodemailer";
import type { MessageText } from "../message-text.ts";
import { pinAddress } from "../net/address-guard.ts";
import { refusal, type NetPorts } from "../net/post-json.ts";

/** One mail over SMTP. The Message-ID follows from the key, so mail programs fold a repeat into the first. */
export async function sendEmail(
  { settings, secrets }: SendingChannel,
  mail: { to: string; key: string; text: MessageText },
  { resolve, allow, timeouts }: NetPorts,
): Promise<SendResult> {
  if (settings.kind !== "email") throw new TypeError("not a mail channel");
  const { host, port, security, from, username } = settings;
  const pinned = await pinAddress(host, resolve, allow);
  if (!pinned.ok) return refusal(pinned.detail, { isFinal: false });
  const transport = createTransport({
    host: pinned.address,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    tls: isIP(host) === 0 ? { servername: host } : {},
    ...(username !== null && { auth: { user: username, pass: secrets.password ?? "" } }),
    connectionTimeout: timeouts.connectMs,
    greetingTimeout: timeouts.connectMs,
    socketTimeout: timeouts.totalMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("no answer in time")), timeouts.totalMs);
    });
    const domain = from.split("@")[1]?.replace(/>.*$/, "") ?? "park";
    const sending = transport.sendMail({
      from,
      to: mail.to,
      subject: mail.text.title,
      text: [mail.text.title, "", ...mail.text.lines].join("\n"),
      messageId: `<${mail.key}@${domain}>`,
      headers: { "Idempotency-Key": mail.key },
    });
    await Promise.race([sending, late]);
    return { ok: true, detail: "taken by the mail server" };
  } catch (error) {
    return judgeMailError(error);
  } finally {
    clearTimeout(timer);
    transport.close();
  }
}

/** 5xx answers to this mail are final (RFC 5321 4.2.1), a refused sign-in is not: its password can be corrected. */
function judgeMailError(error: unknown): SendResult {
  const known = error instanceof Error ? (error as Error & { code?: unknown; responseCode?: unknown }) : null;
  const code = typeof known?.code === "string" ? known.code : "";
  const response = typeof known?.responseCode === "number" ? known.responseCode : 0;
  if (code === "EAUTH") return refusal("the mail server refused the sign-in", { isFinal: false });
  if (response >= 500) return refusal(`the mail server refused: ${response}`, { isFinal: true });
  if (response >= 400) return refusal(`the mail server asks to wait: ${response}`, { isFinal: false });
  return refusal(`no connection: ${code === "" ? (known?.message ?? "unknown") : code}`, { isFinal: false });
}
