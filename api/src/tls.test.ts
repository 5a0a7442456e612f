import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startApiUnderTest, testPassword, type ApiUnderTest } from "../../tests/support/api-under-test.ts";
import { hasOpenssl, makeCertificate, shakeHands, versionRefused } from "../../tests/support/certificate.ts";

describe.skipIf(!hasOpenssl)("under TLS (needs openssl)", () => {
  let folder: string;
  let park: ApiUnderTest;
  let port: number;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "park-tls-"));
    const tls = { keyFile: join(folder, "key.pem"), certFile: join(folder, "cert.pem") };
    makeCertificate(tls.keyFile, tls.certFile);
    park = await startApiUnderTest({ tls });
    port = Number(new URL(park.url).port);
  });
  afterAll(async () => {
    await park.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(method: string, path: string, headers: object, body = ""): Promise<IncomingMessage> {
    const asked = request({
      ...{ host: "127.0.0.1", port, method, path, rejectUnauthorized: false },
      headers: { "content-type": "application/json", ...headers },
    });
    asked.end(body);
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    return answer.resume();
  }

  it.each([
    ["TLSv1", versionRefused],
    ["TLSv1.1", versionRefused],
    ["TLSv1.2", "TLSv1.2"],
    ["TLSv1.3", "TLSv1.3"],
  ] as const)("a browser that knows %s alone gets %s", async (version, expected) => {
    expect(await shakeHands(port, version)).toBe(expected);
  });

  it("who speaks without it gets nothing", async () => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
    let answer = "";
    socket.on("data", (bytes: Buffer) => (answer += bytes.toString()));
    await once(socket, "close");
    expect(answer).toBe("");
  });

  it("the session is bound to this host and to HTTPS, and browsers are told to stay with HTTPS", async () => {
    const signIn = await ask(
      "POST",
      "/api/v1/session",
      {},
      JSON.stringify({ username: "admin", password: testPassword }),
    );
    expect(signIn.headers["strict-transport-security"]).toBe("max-age=31536000");
    const [cookie = ""] = signIn.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^__Host-park=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    const [pair = ""] = cookie.split(";");
    const statusWith = async (given: string) => (await ask("GET", "/api/v1/me", { cookie: given })).statusCode;
    // A name without the prefix could have been set by a page without TLS.
    expect([await statusWith(pair), await statusWith(pair.replace("__Host-", ""))]).toEqual([200, 401]);
  });
});
