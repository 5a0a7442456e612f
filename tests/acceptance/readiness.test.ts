import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiClient } from "../support/api-client.ts";
import { scrape, valueOf } from "../support/scrape.ts";
import { canMount, mountSmallDisk, type SmallDisk } from "../support/small-disk.ts";
import { isRunning, SpawnedPlatform } from "../support/spawned-platform.ts";

const reason = canMount() ? "" : " (needs the right to mount a file system)";
let disk: SmallDisk | null = null;
let platform: SpawnedPlatform | null = null;
let directory = "";

afterEach(async () => {
  await platform?.stop();
  disk?.unmount();
  if (directory !== "") rmSync(directory, { recursive: true, force: true });
});

interface Readiness {
  readonly status: number;
  readonly body: { readonly detail?: string; readonly notice?: string | null };
}

async function readiness(url: string): Promise<Readiness> {
  const response = await fetch(`${url}/readyz`);
  return { status: response.status, body: (await response.json()) as Readiness["body"] }; // a test asserts what it reads
}

/** Sends batches of about 40 KiB until one is refused; what the journal gives up of old messages meanwhile is taken too. */
async function sendUntilRefused(client: ApiClient, small: SmallDisk): Promise<void> {
  const batch = { nobody: Array.from({ length: 1000 }, (_, n) => ({ ts: n, values: { activePower: n } })) };
  for (let n = 0; n < 200; n += 1) {
    small.fill(0);
    if ((await client.request("POST", "/telemetry", batch)).status === 503) return;
  }
  throw new Error("every batch was taken");
}

const eventually = (check: () => Promise<void>, timeout: number): Promise<void> =>
  vi.waitFor(check, { timeout, interval: 100 });

describe("GET /readyz", () => {
  it.skipIf(reason !== "")(
    `says that the disk is full, and within 10 s of its being free again that readings are taken${reason}`,
    async () => {
      disk = mountSmallDisk(64);
      if (disk === null) throw new Error("the small disk could not be mounted again");
      directory = mkdtempSync(join(tmpdir(), "park-ready-"));
      // Only the journal is on the small disk: a registry without space is another story.
      mkdirSync(join(disk.folder, "journal"));
      symlinkSync(join(disk.folder, "journal"), join(directory, "journal"));
      const password = "correct-horse-battery";
      const env = { PARK_ADMIN_PASSWORD: password, PARK_JOURNAL_SEGMENT_MIB: "1" };
      platform = new SpawnedPlatform({ PARK_DATA_DIR: directory, ...env });
      const run = await platform.ready();
      const url = `http://127.0.0.1:${run.http}`;
      expect(await readiness(url)).toEqual({ status: 200, body: { status: "ready", notice: null } });

      await sendUntilRefused(await new ApiClient(url).signIn("admin", password), disk);
      await eventually(async () => {
        expect(await readiness(url)).toMatchObject({
          status: 503,
          body: { detail: "The disk of the journal is full." },
        });
      }, 20_000);
      const full = await scrape(url);
      expect(valueOf(full, "park_journal_writable")).toBe(0);
      expect(valueOf(full, 'park_edge_messages_refused_total{reason="journal"}')).toBeGreaterThan(0);
      expect(valueOf(full, "park_journal_commits_failed_total")).toBeGreaterThan(0);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);

      disk.clear();
      await eventually(async () => expect((await readiness(url)).status).toBe(200), 10_000);
      await eventually(async () => expect(valueOf(await scrape(url), "park_journal_writable")).toBe(1), 5000);
      expect([run.pids.edge, run.pids.app].map(isRunning)).toEqual([true, true]);
    },
  );

  it("says that edge does not answer when its process stands still, and takes it back when it goes on", async () => {
    directory = mkdtempSync(join(tmpdir(), "park-ready-"));
    platform = new SpawnedPlatform({ PARK_DATA_DIR: directory });
    const run = await platform.ready();
    const url = `http://127.0.0.1:${run.http}`;
    process.kill(run.pids.edge, "SIGSTOP");
    try {
      await eventually(async () => {
        expect(await readiness(url)).toMatchObject({ status: 503, body: { detail: "Edge does not answer." } });
      }, 20_000);
      expect(valueOf(await scrape(url), "park_edge_up")).toBe(0);
    } finally {
      process.kill(run.pids.edge, "SIGCONT");
    }
    await eventually(async () => expect((await readiness(url)).status).toBe(200), 10_000);
    await eventually(async () => {
      const families = await scrape(url);
      const roles = ["edge", "ingest+api"].map((role) =>
        valueOf(families, `process_cpu_seconds_total{role="${role}"}`),
      );
      expect(roles).toEqual([expect.any(Number), expect.any(Number)]);
    }, 10_000);
  });
});
