import type { BooksBody, ReadingsBody } from "@smart-park/core/wire";
import { toDataTime } from "@smart-park/core/hj212";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { stationCommand } from "../../simulators/src/hj212/station-command.ts";
import { RawStation, stationFrame } from "../support/raw-station.ts";
import { adminPassword, connectDevice, startTestPlatform, type TestPlatform } from "../support/test-platform.ts";

/** An outlet whose station speaks HJ 212, from its registration by the API to its readings, alerts and its end. */
let park: TestPlatform;
const minute = 60_000;
const hour = 60 * minute;
const now = Math.floor(Date.now() / minute) * minute - minute;
const thisHour = Math.floor(now / hour) * hour;
const outlet = { mn: "88888880000001A1", pw: "Kx7pQ2" };
const other = { mn: "88888880000002B2", pw: "Zw9mT4" };

const addStation = (id: string, meterIds: string[], known: { mn: string; pw?: string }, enterpriseId = "cement") =>
  park.admin.post<{ username: string; password: string }>("/devices", {
    ...{ id, enterpriseId, meterIds, protocol: "hj212", ...known },
  });
const addOutlet = (id: string, quantities: string[], enterpriseId = "cement", intervalS = 60) =>
  park.admin.post("/meters", {
    ...{ id, name: id, enterpriseId, kind: "emission", intervalS },
    points: quantities.map((quantity) => ({ quantity, stampAt: "start" })),
  });
const rows = async (point: string) => {
  const range = `from=${now - 72 * hour}&to=${now + hour}&step=raw`;
  return (await park.admin.get<ReadingsBody>(`/points/${point}/readings?${range}`)).rows.map(
    ({ at, value, quality }) => [Date.parse(at), value, quality],
  );
};
const stored = (point: string, expected: unknown) =>
  vi.waitFor(async () => expect(await rows(point)).toEqual(expected), 10_000);
const items = async <T>(path: string): Promise<T[]> => (await park.admin.get<{ items: T[] }>(path)).items;

beforeAll(async () => {
  park = await startTestPlatform();
  for (const id of ["cement", "food"]) await park.admin.post("/enterprises", { id, name: `${id} 厂` });
  await addOutlet("DA001", ["nox", "noxCorrected", "so2", "oxygen", "flueGasFlow"]);
  await addOutlet("DA001-h", ["noxCorrected"], "cement", 3600);
  await addOutlet("DA001-d", ["noxCorrected"], "cement", 86_400);
  await addOutlet("DW001", ["cod", "wastewaterFlow"], "food");
  await addStation("st1", ["DA001", "DA001-h", "DA001-d"], outlet);
  await addStation("st2", ["DW001"], other, "food");
});
afterAll(() => park.stop());

describe("an HJ 212 station", () => {
  it("is answered, and each kind of its data becomes readings of its own outlet", async () => {
    const station = await RawStation.connect(park.ports.hj212);
    await park.admin.post("/alert-rules", {
      ...{ kind: "limit", name: "NOx", points: ["DA001.noxCorrected"], above: 100, severity: "P2" },
    });
    const ask = (cn: string, at: number, data: string) =>
      station.ask(stationFrame({ ...outlet, cn, data: `DataTime=${toDataTime(at)};${data}` }));
    const real =
      "a21002-Rtd=130.5,a21002-ZsRtd=142.25,a21002-Flag=N;a21026-Rtd=0.0,a21026-Flag=D;" +
      "a19001-Rtd=9.1,a19001-Flag=N;a00000-Rtd=2.5,a00000-Flag=N;a99999-Rtd=1,a99999-Flag=N";
    expect(await ask("2011", now, real)).toMatchObject({ cn: "9014", st: "91", flag: 4, ...outlet });
    const means = "a21002-Min=1,a21002-Avg=90,a21002-Max=2,a21002-Cou=3,a21002-ZsAvg=95.5,a21002-Flag=N";
    await ask("2051", now - minute, means);
    await ask("2061", thisHour - hour, "a21002-ZsAvg=96.5,a21002-Flag=N");
    await ask("2031", thisHour - 26 * hour, "a21002-ZsAvg=97.5,a21002-Flag=N");
    expect(await station.ask(stationFrame({ ...outlet, cn: "9015", data: "" }))).toMatchObject({ cn: "9013" });
    await stored("DA001.noxCorrected", [
      [now - minute, 95.5, "good"],
      [now, 142.25, "good"],
    ]);
    await stored("DA001.nox", [
      [now - minute, 90, "good"],
      [now, 130.5, "good"],
    ]);
    expect(await rows("DA001.so2")).toEqual([[now, 0, "bad"]]);
    expect(await rows("DA001.flueGasFlow")).toEqual([[now, 9000, "good"]]);
    await stored("DA001-h.noxCorrected", [[thisHour - hour, 96.5, "good"]]);
    await stored("DA001-d.noxCorrected", [[thisHour - 26 * hour, 97.5, "good"]]);
    await vi.waitFor(async () => {
      expect(await items("/alerts?state=active")).toMatchObject([{ point: "DA001.noxCorrected", value: 142.25 }]);
      expect(await items("/quarantine?reason=unknown_quantity")).toMatchObject([{ detail: "a99999-Rtd" }]);
    }, 10_000);
    station.socket.destroy();
  });

  it("is answered again when it repeats a frame, which is kept once", async () => {
    const station = await RawStation.connect(park.ports.hj212);
    const frame = stationFrame({ ...other, data: `DataTime=${toDataTime(now)};w01018-Rtd=40.5;w00000-Rtd=10` });
    for (let n = 0; n < 2; n += 1) expect((await station.ask(frame)).cn).toBe("9014");
    // Also who says no more after it hears its answer.
    station.socket.end(frame);
    await station.closed;
    expect(station.answers).toHaveLength(3);
    await stored("DW001.cod", [[now, 40.5, "good"]]);
    await stored("DW001.wastewaterFlow", [[now, 36, "good"]]);
    const { enterprises } = await park.admin.get<BooksBody>("/books");
    expect(enterprises.find(({ id }) => id === "food")).toMatchObject({ received: 2, stored: 2, duplicate: 0 });
  });

  it("whose frame came damaged is not answered; the frame is set aside without its password, the next one taken", async () => {
    const station = await RawStation.connect(park.ports.hj212);
    const good = stationFrame({ ...other, data: `DataTime=${toDataTime(now + 1000)};w01018-Rtd=41.5` });
    const bad = Buffer.from(good.toString().replace("41.5", "47.5"));
    const short = Buffer.from(good.toString().replace(/^##\d{4}/, "##0700"));
    station.socket.write(bad);
    station.socket.write(short);
    expect((await station.ask(good)).cn).toBe("9014");
    await stored("DW001.cod", [
      [now, 40.5, "good"],
      [now + 1000, 41.5, "good"],
    ]);
    await vi.waitFor(async () => {
      for (const reason of ["bad_crc", "bad_frame"])
        expect(await items(`/quarantine?reason=${reason}`)).toMatchObject([{ reason }]);
    }, 10_000);
    station.socket.destroy();
  });

  it.each([
    ["an unknown MN", { ...outlet, mn: "NOBODY" }],
    ["another station's PW", { ...outlet, pw: other.pw }],
  ])("with %s is not answered but cut, and people see it", async (_what, claimed) => {
    const before = await rows("DA001.nox");
    const station = await RawStation.connect(park.ports.hj212);
    station.socket.write(stationFrame({ ...claimed, data: `DataTime=${toDataTime(now + 5000)};a21002-Rtd=666` }));
    await station.closed;
    expect(station.answers).toEqual([]);
    expect(await rows("DA001.nox")).toEqual(before);
    await vi.waitFor(async () => {
      const told = await items<{ actor: string; result: string }>("/audit?action=hj212.connect");
      expect(told).toContainEqual(expect.objectContaining({ actor: claimed.mn, result: "denied" }));
    }, 10_000);
  });

  it("opens nothing over MQTT, whatever of its names it gives", async () => {
    for (const username of ["st1", outlet.mn, `hj212\n${outlet.mn}\n${outlet.pw}`])
      for (const password of [outlet.pw, ""])
        await expect(connectDevice(park.mqttUrl, { username, password })).rejects.toThrow();
  });

  it.each<[string, (id: string) => Promise<unknown>]>([
    ["shut out", (id) => park.admin.post(`/devices/${id}/disable`, {})],
    ["given a new PW", (id) => park.admin.post(`/devices/${id}/rotate`, {})],
    ["moved to another enterprise", (id) => park.admin.post(`/devices/${id}/move`, { enterpriseId: "food" })],
    ["removed", (id) => park.admin.request("DELETE", `/devices/${id}`)],
  ])("that is %s is cut within five seconds", async (how, revoke) => {
    const id = how.replaceAll(" ", "-");
    await addOutlet(id, ["cod"]);
    const { username: mn, password: pw } = await addStation(id, [id], { mn: id });
    expect(pw).toMatch(/^\w{6}$/);
    const frame = stationFrame({ mn, pw, data: `DataTime=${toDataTime(now)};w01018-Rtd=1` });
    const station = await RawStation.connect(park.ports.hj212);
    await station.ask(frame);
    const startedAt = performance.now();
    await revoke(id);
    await station.closed;
    expect(performance.now() - startedAt).toBeLessThan(5000);
    // Who may come in is asked with each frame; of one it is shown here.
    if (how !== "given a new PW") return;
    const again = await RawStation.connect(park.ports.hj212);
    again.socket.write(frame);
    await again.closed;
    expect(again.answers).toEqual([]);
  });

  it("can be the simulator's, whose outlet has a meter for each length of time", async () => {
    const place = ["--url", park.url, "--hj212", `127.0.0.1:${park.ports.hj212}`];
    const admin = ["--user", "admin", "--password", adminPassword];
    await stationCommand([...place, ...admin, "--minutes", "2"], AbortSignal.timeout(20_000));
    await vi.waitFor(async () => {
      const counts = ["sim-outlet", "sim-outlet-h", "sim-outlet-d"].map(async (id) => (await rows(`${id}.nox`)).length);
      expect(await Promise.all(counts)).toEqual([4, 1, 1]);
    }, 10_000);
    const [message] = await items<{ outcome: string; payload: string }>("/meters/sim-outlet/messages?limit=1");
    expect(message).toMatchObject({
      outcome: "decoded",
      payload: expect.stringMatching(/^##\d{4}QN=.*;PW=\*{6};/) as unknown,
    });
  });

  it("needs an MN that no other has, and takes no commands", async () => {
    const body = { id: "st9", enterpriseId: "food", meterIds: [], protocol: "hj212" };
    expect((await park.admin.request("POST", "/devices", body)).status).toBe(422);
    expect((await park.admin.request("POST", "/devices", { ...body, mn: outlet.mn })).status).toBe(409);
    expect((await park.admin.request("POST", "/devices", { ...body, protocol: "mqtt", mn: "A" })).status).toBe(422);
    expect((await park.admin.request("POST", "/devices/st1/commands", { meterId: "DA001", command: "x" })).status).toBe(
      422,
    );
    expect(await park.admin.get("/devices/st1")).toMatchObject({ protocol: "hj212", mn: outlet.mn });
  });
});
