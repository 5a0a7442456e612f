import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTopic, toTopic } from "./topics.ts";

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,48}$/);

describe("topics", () => {
  it("what is built can be taken apart", () => {
    fc.assert(
      fc.property(
        id,
        id,
        fc.constantFrom("telemetry", "status", "command", "reply"),
        (enterpriseId, meterId, channel) => {
          expect(parseTopic(toTopic(enterpriseId, meterId, channel))).toEqual({
            kind: "park",
            enterpriseId,
            meterId,
            channel,
          });
        },
      ),
    );
  });

  it.each([
    ["v1/devices/me/telemetry", "thingsboardDevice"],
    ["v1/gateway/telemetry", "thingsboardGateway"],
    ["v1/devices/me/telemetry/", "other"],
    ["v1/devices/me/attributes", "other"],
    ["park/e/m/telemetry/x", "other"],
    ["park/e/m/telemetry/", "other"],
    ["/park/e/m/telemetry", "other"],
    ["park/e/m", "other"],
    ["park//m/telemetry", "other"],
    ["park/e/+/telemetry", "other"],
    ["park/#", "other"],
    ["park/e/m/Telemetry", "other"],
    ["parks/e/m/telemetry", "other"],
    [`park/${"e".repeat(49)}/m/telemetry`, "other"],
    ["park/e/m\u0000/telemetry", "other"],
    ["", "other"],
  ])("%j is %s", (topic, kind) => {
    expect(parseTopic(topic).kind).toBe(kind);
  });

  it("never throws, whatever the topic", () => {
    fc.assert(fc.property(fc.string(), (topic) => void parseTopic(topic)));
  });
});
