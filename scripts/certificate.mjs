// `npm run certificate [-- --out folder] [--name host …] [--days n]`: a key and a certificate that it signs itself, to try
// HTTPS and MQTT by TLS with. For development: nobody trusts it unless told to.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkNode, ensureInstalled, fail, root } from "./setup.mjs";

checkNode();
const { out, names, days } = readArguments();
ensureInstalled();
const folder = resolve(root, out);
const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
const there = [certFile, keyFile].find((file) => existsSync(file));
if (there !== undefined) fail(`${there} is there already; remove it first.`);
const { cert, private: key } = await makeCertificate();
try {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The key first and never over another one: what uses that one would end at its next start.
  writeFileSync(keyFile, key, { mode: 0o600, flag: "wx" });
  writeFileSync(certFile, cert, { flag: "wx" });
} catch (error) {
  const { code, path, message } = /** @type {NodeJS.ErrnoException} */ (error);
  fail(code === "EEXIST" ? `${path} is there already; remove it first.` : message);
}
console.log(`✓ For ${names.join(", ")}, ${days} days. Signed by itself, for development only.\n`);
console.log(`PARK_TLS_CERT=${certFile}\nPARK_TLS_KEY=${keyFile}\nPARK_MQTTS_PORT=8883`);

function readArguments() {
  const { out, name, days } = parsed();
  if (!/^[1-9]\d{0,2}$/.test(days)) fail("--days takes 1 to 999.");
  const host = /^[A-Za-z0-9*]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
  const wrong = name.find((one) => isIP(one) === 0 && !host.test(one));
  if (wrong !== undefined) fail(`${wrong} is neither a host name nor an address.`);
  return { out, names: name, days: Number(days) };
}

function parsed() {
  try {
    return parseArgs({
      options: {
        out: { type: "string", default: join("data", "tls") },
        name: { type: "string", multiple: true, default: ["localhost", "127.0.0.1", "::1"] },
        days: { type: "string", default: "90" },
      },
    }).values;
  } catch (error) {
    return fail(`${/** @type {Error} */ (error).message.split(".")[0]}.`);
  }
}

async function makeCertificate() {
  const { generate } = await import("selfsigned");
  /** @type {import("selfsigned").SubjectAltNameEntry[]} */
  const altNames = names.map((one) => (isIP(one) === 0 ? { type: 2, value: one } : { type: 7, ip: one }));
  return generate([{ name: "commonName", value: names[0] }], {
    ...{ keyType: "ec", curve: "P-256", algorithm: "sha256" },
    notAfterDate: new Date(Date.now() + days * 86_400_000),
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames },
    ],
  });
}
