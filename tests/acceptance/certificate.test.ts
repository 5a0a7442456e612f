import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, get } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "smart-park-certificate-"));
afterAll(() => rmSync(folder, { recursive: true }));

const make = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "scripts", "certificate.mjs"), "--out", join(folder, "tls"), ...args], {
    encoding: "utf8",
  });
const fileOf = (output: string, name: string): string => new RegExp(`^${name}=(.*)$`, "m").exec(output)?.[1] ?? "";

it("a certificate for development is for the names it was asked for, its key is its owner's, and no key is replaced", async () => {
  const { status, stdout } = make("--name", "localhost", "--name", "10.0.0.7", "--days", "2");
  expect(status).toBe(0);
  const [certFile, keyFile] = [fileOf(stdout, "PARK_TLS_CERT"), fileOf(stdout, "PARK_TLS_KEY")];
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  const [cert, key] = [readFileSync(certFile), readFileSync(keyFile)];
  const server = createServer({ cert, key }, (_request, response) => response.end("told"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const ask = (servername: string, ca?: Buffer) =>
    new Promise<string>((resolve) => {
      const options = { host: "127.0.0.1", port, servername, agent: false, ...(ca && { ca }) };
      get(options, (response) => response.on("data", (data: Buffer) => resolve(data.toString()))).on(
        "error",
        (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message),
      );
    });
  expect([await ask("localhost", cert), await ask("park.example", cert), await ask("localhost")]).toEqual([
    "told",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
  ]);
  server.close();

  expect(make()).toMatchObject({ status: 1, stderr: expect.stringContaining("is there already") as string });
  expect(readFileSync(keyFile)).toEqual(key);
  // Nor is half a pair left beside what is there.
  rmSync(keyFile);
  expect(make()).toMatchObject({ status: 1, stderr: expect.stringContaining("cert.pem is there already") as string });
  expect(existsSync(keyFile)).toBe(false);
});

it.each([["--days", "0"], ["--name", "two words"], ["--nam"]])("%s %s is refused in one sentence", (...args) => {
  const { status, stderr } = make(...args.filter(Boolean));
  expect({ status, lines: stderr.trim().split("\n").length }).toEqual({ status: 1, lines: 1 });
});
