// Health of one container: the api role answers /healthz, an edge alone accepts MQTT connections. Exit 0 or 1.
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";
import { connect } from "node:net";

const { ROLES = "", PARK_HTTP_PORT = "8080", PARK_MQTT_PORT = "1883", PARK_TLS_CERT = "" } = process.env;
const hasApi = ROLES === "" || ROLES.split(",").some((role) => role.trim() === "api");
/** @param {boolean} isHealthy @returns {never} */
const end = (isHealthy) => process.exit(isHealthy ? 0 : 1);
setTimeout(() => end(false), 4000).unref();

if (hasApi) {
  // The certificate names the public host, not this one; here it only has to answer.
  const options = { host: "127.0.0.1", port: PARK_HTTP_PORT, path: "/healthz", rejectUnauthorized: false };
  const get = PARK_TLS_CERT === "" ? getPlain : getSecure;
  get(options, (response) => end(response.statusCode === 200)).on("error", () => end(false));
} else {
  connect(Number(PARK_MQTT_PORT), "127.0.0.1")
    .on("connect", () => end(true))
    .on("error", () => end(false));
}
