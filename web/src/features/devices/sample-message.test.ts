import { spawnSync } from "node:child_process";
import { quantities, quantityNames } from "@smart-park/core";
import { telemetryObject } from "@smart-park/core/wire";
import { describe, expect, it } from "vitest";
import { placeOf, publishCommand, sampleMessage } from "./sample-message.ts";

const points = quantityNames.map((quantity) => ({ quantity, unit: quantities[quantity].unit }));

describe("the message that is shown to a fitter", () => {
  it("is one that the platform takes, with every quantity there is", () => {
    const { values } = telemetryObject.parse(sampleMessage(points, "2026-11-26T14:00:00+08:00"));
    expect(Object.keys(values)).toEqual(quantityNames);
  });

  it("reaches the client word for word through a shell, whatever the names hold", () => {
    const command = publishCommand({
      place: { host: "park.example", port: 1883, isTls: false },
      username: "it's-1",
      password: "-a$b`c",
      topic: "park/e/m/telemetry",
      points: points.slice(0, 1),
    });
    const asWords = command.replace("mosquitto_pub", "printf '%s\\n'");
    const words = spawnSync("sh", ["-c", asWords], { encoding: "utf8" }).stdout.trim().split("\n");
    expect(words).toEqual([
      ...["-h", "park.example", "-p", "1883", "-q", "1", "-i", "it's-1", "-u", "it's-1", "-P", "-a$b`c"],
      ...["-t", "park/e/m/telemetry", "-m", '{"values":{"activePower":12.5}}'],
    ]);
  });

  it("goes to the encrypted port where there is one, and nowhere while no port is known", () => {
    expect(placeOf("h", { mqtt: 1883, mqtts: 8883, ws: null })).toEqual({ host: "h", port: 8883, isTls: true });
    expect(placeOf("h", { mqtt: 1883, mqtts: null, ws: 8083 })).toEqual({ host: "h", port: 1883, isTls: false });
    expect(placeOf("h", { mqtt: null, mqtts: null, ws: 8083 })).toBeNull();
  });
});
