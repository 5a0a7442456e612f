import { mkdtempSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DeviceSecrets } from "./device-secrets.ts";
import { readDemoState } from "./demo-state.ts";

const folder = mkdtempSync(join(tmpdir(), "demo-"));

describe("the demo's files", () => {
  it("keep device secrets for the next run, readable by their owner only", async () => {
    const file = join(folder, "deep", "secrets.json");
    const secrets = await DeviceSecrets.open(file);
    secrets.set("gw-a", "s3cret");
    await secrets.save();
    expect((await DeviceSecrets.open(file)).get("gw-a")).toBe("s3cret");
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("count as empty when they are damaged, so the demo starts over", async () => {
    const file = join(folder, "damaged.json");
    writeFileSync(file, '{"gw-a": 1');
    expect((await DeviceSecrets.open(file)).get("gw-a")).toBeUndefined();
    expect(await readDemoState(file)).toBeNull();
  });
});
