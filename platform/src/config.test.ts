import { ParkError } from "@smart-park/core";
import { describe, expect, it } from "vitest";
import { parseConfig } from "./config.ts";

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
      mqtt: { host: "127.0.0.1", port: 1883 },
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
    ["a certificate without its key", { PARK_TLS_CERT: "cert.pem" }, "PARK_TLS_KEY"],
    ["MQTT by TLS without a certificate", { PARK_MQTTS_PORT: "8883" }, "PARK_TLS_CERT"],
    ["a role nobody plays", { ROLES: "edge,kitchen" }, "kitchen"],
  ])("refuses %s", (_, env, word) => {
    expect(mistakesOf(env)).toContain(word);
  });

  it("never repeats a secret in its complaint", () => {
    expect(mistakesOf({ PARK_ADMIN_PASSWORD: "hunter2", INFLUX_URL: "not a url" })).not.toContain("hunter2");
  });

  it("takes an empty variable as unset, and InfluxDB only with a URL", () => {
    expect(parseConfig({ PARK_DATA_DIR: "", INFLUX_TOKEN: "t" }).influx).toBeNull();
    expect(parseConfig({ INFLUX_URL: "http://localhost:8086" }).influx).toMatchObject({ org: "park", bucket: "park" });
  });

  it("runs only the chosen roles, in one process", () => {
    const config = parseConfig({ ROLES: "ingest, api" });
    expect([...config.roles]).toEqual(["ingest", "api"]);
    expect(config.isSupervised).toBe(false);
  });
});
