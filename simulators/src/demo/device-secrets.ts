import { readFile } from "node:fs/promises";
import { z } from "zod";
import { writePrivateFile } from "./demo-state.ts";

const secretsFile = z.record(z.string(), z.string());

/** Device secrets in a file only its owner may read; the platform shows each of them only once. */
export class DeviceSecrets {
  readonly #file: string;
  readonly #secrets: Map<string, string>;

  private constructor(file: string, secrets: Map<string, string>) {
    this.#file = file;
    this.#secrets = secrets;
  }

  static async open(file: string): Promise<DeviceSecrets> {
    const text = await readFile(file, "utf8").catch(() => "{}");
    return new DeviceSecrets(file, new Map(Object.entries(parseSecrets(text))));
  }

  get(deviceId: string): string | undefined {
    return this.#secrets.get(deviceId);
  }

  set(deviceId: string, secret: string): void {
    this.#secrets.set(deviceId, secret);
  }

  async save(): Promise<void> {
    await writePrivateFile(this.#file, `${JSON.stringify(Object.fromEntries(this.#secrets), null, 2)}\n`);
  }
}

/** An unreadable file counts as empty: lost secrets are rotated. */
function parseSecrets(text: string): Record<string, string> {
  try {
    return secretsFile.parse(JSON.parse(text));
  } catch {
    return {};
  }
}
