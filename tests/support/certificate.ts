import { execFileSync } from "node:child_process";
import { connect } from "node:tls";

export const hasOpenssl = ((): boolean => {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

/** A new key and a certificate for localhost that it signs itself, as PEM. */
export function makeCertificate(keyFile: string, certFile: string): void {
  const subject = ["-subj", "/CN=localhost", "-days", "2", "-nodes", "-keyout", keyFile, "-out", certFile];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  execFileSync("openssl", ["req", "-x509", ...key, ...subject], { stdio: "ignore" });
}

type Version = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/** What a client that knows only this version gets from the port: that version, or the code of the refusal. */
export function shakeHands(port: number, version: Version): Promise<string> {
  // Without this OpenSSL would not offer what is refused here.
  const old = { ciphers: "DEFAULT@SECLEVEL=0", minVersion: version, maxVersion: version };
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...old }, () => {
      resolve(socket.getProtocol() ?? "");
      socket.destroy();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

/** As the server's own alert: a client that would not have offered the version says something else. */
export const versionRefused = "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION";
