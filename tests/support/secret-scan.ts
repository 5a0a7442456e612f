import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { inspect } from "node:util";
import type { Logger } from "@smart-park/core";

/** Names under which requests and answers carry a secret. */
const secretFields = /"(?:password|token|current|next|secret)":"([^"]{8,})"/g;

/** Learns the secrets of a test as they go by, and finds them where they must not be: logs, answers and files. */
export class SecretScan {
  readonly #secrets = new Set<string>();
  readonly #logs: string[] = [];
  readonly #findings: string[] = [];

  learn(secret: string): void {
    this.#secrets.add(secret);
  }

  /** What a request holds is known from then on; an answer may show a secret once, when it is made. */
  see(source: string, requestBody: string, answer: { readonly text: string; readonly headers: Headers }): void {
    for (const [, secret = ""] of requestBody.matchAll(secretFields)) this.learn(secret);
    for (const secret of this.#secrets)
      if (answer.text.includes(secret)) this.#findings.push(`the answer to ${source}`);
    for (const [, secret = ""] of answer.text.matchAll(secretFields)) this.learn(secret);
    for (const cookie of answer.headers.getSetCookie()) {
      const value = /^[^=]+=([^;]{8,})/.exec(cookie)?.[1];
      if (value !== undefined) this.learn(value);
    }
  }

  seeLog(text: string): void {
    this.#logs.push(text);
  }

  /** Passes everything on and keeps it, also what is below the level of the other. */
  watched(logger: Logger): Logger {
    const keep = (level: keyof Logger) => (fields: object, message: string) => {
      this.seeLog(`${message} ${inspect(fields, { depth: 8 })}`);
      logger[level](fields, message);
    };
    return { debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") };
  }

  /** Where secrets were seen, without telling them; `directory` is a data folder. */
  findings(directory: string): string[] {
    const leaking = this.#logs.filter((line) => this.#holdsSecret(Buffer.from(line)));
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
      .map((name) => join(directory, name))
      .filter((path) => statSync(path).isFile() && this.#holdsSecret(readFileSync(path)))
      .map((path) => `the file ${relative(directory, path)}`);
    return [...this.#findings, ...leaking.map((line) => `the log line "${line.slice(0, 40)}…"`), ...files];
  }

  #holdsSecret(bytes: Buffer): boolean {
    return [...this.#secrets].some((secret) => bytes.includes(secret));
  }
}
