import { ParkError } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import { complianceWarnings, parseConfig } from "./config.ts";

const mistakesOf = (env: Record<string, string>): string => {
  try {
    parseConfig(env);
    return "";
  } catch (error) {
    expect(error).toBeInstanceOf(ParkError);
    return (error as ParkError).message; // proven by the line above
  }
};

describe("the configuration", () => {
  it("has defaults for a demo on loopback, run by the supervisor", () => {
    const config = parseConfig({});
    expect(config).toMatchObject({
      http: { host: "127.0.0.1", port: 8080 },
      mqtt: { host: "127.0.0.1", plainHost: "127.0.0.1", port: 1883 },
      mqttWebSocketPort: 8083,
      timeZone: "Asia/Shanghai",
      isDemo: true,
      isSupervised: true,
      influx: null,
    });
  });

  it("names every mistake at once", () => {
    const text = mistakesOf({ PARK_HTTP_PORT: "http", PARK_TIME_ZONE: "Mars/Olympus", PARK_ADMIN_PASSWORD: "short" });
    for (const name of ["PARK_HTTP_PORT", "PARK_TIME_ZONE", "PARK_ADMIN_PASSWORD"]) expect(text).toContain(name);
  });

  it.each([
    ["a public page without TLS", { PARK_HTTP_HOST: "0.0.0.0" }, "PARK_ALLOW_PLAIN"],
    ["public MQTT in clear text", { PARK_MQTT_HOST: "0.0.0.0" }, "PARK_MQTTS_PORT"],
    ["public HJ 212 in clear text", { PARK_HJ212_HOST: "0.0.0.0" }, "PARK_ALLOW_PLAIN"],
    ["an HJ 212 port that is none", { PARK_HJ212_PORT: "99999" }, "off, or 0 to 65535"],
    ["a certificate without its key", { PARK_TLS_CERT: "cert.pem" }, "PARK_TLS_KEY"],
    ["MQTT by TLS without a certificate", { PARK_MQTTS_PORT: "8883" }, "PARK_TLS_CERT"],
    [
      "the profile of 等保 level 2 beyond loopback without TLS",
      { PARK_COMPLIANCE_PROFILE: "mlps2", PARK_HTTP_HOST: "0.0.0.0", PARK_ALLOW_PLAIN: "1" },
      "PARK_TLS_CERT",
    ],
    ["a profile that nobody knows", { PARK_COMPLIANCE_PROFILE: "iso" }, "none or mlps2"],
    ["a session that never idles", { PARK_SESSION_IDLE_MINUTES: "0" }, "at least 1"],
    ["a role nobody plays", { ROLES: "edge,kitchen" }, "kitchen"],
  ])("refuses %s", (_, env, word) => {
    expect(mistakesOf(env)).toContain(word);
  });

  it("opens MQTT without TLS beyond loopback only where that was allowed by name", () => {
    const tls = { PARK_TLS_CERT: "c.pem", PARK_TLS_KEY: "k.pem", PARK_MQTTS_PORT: "8883", PARK_MQTT_HOST: "0.0.0.0" };
    expect(parseConfig(tls).mqtt).toMatchObject({ host: "0.0.0.0", plainHost: "127.0.0.1" });
    expect(parseConfig({ ...tls, PARK_ALLOW_PLAIN: "1" }).mqtt).toMatchObject({ plainHost: "0.0.0.0" });
  });

  it("never repeats a secret in its complaint", () => {
    expect(mistakesOf({ PARK_ADMIN_PASSWORD: "hunter2", INFLUX_URL: "not a url" })).not.toContain("hunter2");
  });

  it("takes an empty variable as unset, and InfluxDB only with a URL", () => {
    expect(parseConfig({ PARK_DATA_DIR: "", INFLUX_TOKEN: "t" }).influx).toBeNull();
    expect(parseConfig({ INFLUX_URL: "http://localhost:8086" }).influx).toMatchObject({ org: "park", bucket: "park" });
  });

  it("listens for HJ 212 on this machine unless told otherwise, and may do without a port that nobody chose", () => {
    const hj212 = (env: Record<string, string>) => parseConfig(env).hj212;
    expect(hj212({})).toEqual({ host: "127.0.0.1", port: 9212, isOptional: true });
    expect(hj212({ PARK_HJ212_PORT: "0" })).toEqual({ host: "127.0.0.1", port: 0, isOptional: false });
    expect(hj212({ PARK_HJ212_PORT: "off", PARK_HJ212_HOST: "0.0.0.0" })).toBeNull();
  });

  it("takes the idle time of the profile, unless one is set", () => {
    const idle = (env: Record<string, string>): number => parseConfig(env).signIn.idleMs / 60_000;
    expect([idle({}), idle({ PARK_COMPLIANCE_PROFILE: "mlps2" })]).toEqual([30, 15]);
    expect(idle({ PARK_COMPLIANCE_PROFILE: "mlps2", PARK_SESSION_IDLE_MINUTES: "45" })).toBe(45);
  });

  it("warns of what the profile does not like although it starts, and only then", () => {
    const warnings = (env: Record<string, string>): readonly string[] => complianceWarnings(parseConfig(env));
    expect(warnings({})).toEqual([]);
    expect(warnings({ PARK_COMPLIANCE_PROFILE: "mlps2" })).toEqual([expect.stringContaining("PARK_TLS_CERT")]);
    const tls = { PARK_COMPLIANCE_PROFILE: "mlps2", PARK_TLS_CERT: "c.pem", PARK_TLS_KEY: "k.pem" };
    expect(warnings(tls)).toEqual([]);
    expect(warnings({ ...tls, PARK_SESSION_IDLE_MINUTES: "45" })).toEqual([expect.stringContaining("45 minutes")]);
  });

  it("runs only the chosen roles, in one process", () => {
    const config = parseConfig({ ROLES: "ingest, api" });
    expect([...config.roles]).toEqual(["ingest", "api"]);
    expect(config.isSupervised).toBe(false);
  });
});
