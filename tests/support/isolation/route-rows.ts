import { aContract, aPhoto, aWaterPrice } from "./two-sides.ts";
import type { RouteRow } from "./request-samples.ts";

const takesUnknown = "a sheet is entered row by row; the answer names the rows that were refused";
const person = "it belongs to one person";
const ofPark = "the people of the park share it among themselves";
const csvRow = (...cells: readonly string[]): string => cells.join(",");

/** What the API's description does not tell of a route. Most routes need no row: theirs is made from the description. */
export const routeRows: ReadonlyMap<string, RouteRow> = new Map<string, RouteRow>([
  ["POST /session", { body: () => ({ username: "own-user", password: "kettle-drum-4711" }) }],
  [
    "POST /me/password",
    {
      body: () => ({ current: "not the password", next: "kettle-drum-4712" }),
      refusal: { status: 401, because: "the sample does not know the password" },
    },
  ],
  [
    "POST /telemetry",
    {
      body: (choose) => ({ [choose({ field: "key", collection: "meters" })]: { values: {} } }),
      takesUnknown: "the journal takes it; ingest sets aside what is not the sender's",
    },
  ],
  [
    "POST /import/readings",
    {
      body: (choose) => ({
        meterId: choose({ field: "meterId", collection: "meters" }),
        readings: [{ ts: "2026-05-01T09:00:00+08:00", values: { activePower: 112.25 } }],
      }),
    },
  ],
  [
    "POST /activity-inputs/import",
    {
      body: (choose) =>
        [
          "enterprise,item,period,value,unit,source",
          csvRow(choose({ field: "row", collection: "enterprises" }), "output", "2023", "1", "万元", "x"),
        ].join("\n"),
      takesUnknown,
    },
  ],
  [
    "POST /supplier-bills/import",
    {
      body: (choose) =>
        [
          "enterprise,kind,month,amount",
          csvRow(choose({ field: "row", collection: "enterprises" }), "electricity", "2026-02", "1"),
        ].join("\n"),
      takesUnknown,
    },
  ],
  [
    "POST /devices/import",
    {
      body: (choose) => {
        const id = choose({ field: "id", collection: "new" });
        const [enterprise, parent] = [
          choose({ field: "row", collection: "enterprises" }),
          choose({ field: "row parent", collection: "parents" }),
        ];
        return [
          "enterprise,meter,name,kind,points,parent,device",
          csvRow(enterprise, id, "x", "electricity", "activePower", parent, id),
        ].join("\n");
      },
      takesUnknown: "a sheet makes all or nothing; the answer names the rows that were refused",
    },
  ],
  [
    "POST /alert-rules/backtest",
    {
      body: (choose) => ({
        rule: {
          kind: "stuck",
          points: [choose({ field: "points", collection: "points" })],
          runningPoint: choose({ field: "runningPoint", collection: "points" }),
          forS: 60,
        },
        from: "2026-05-01T00:00:00+08:00",
        to: "2026-05-02T00:00:00+08:00",
      }),
    },
  ],
  [
    "POST /alert-rules",
    {
      bodies: (choose) => [
        {
          ...{ id: choose({ field: "id", collection: "new" }), kind: "stuck", forS: 60 },
          points: [choose({ field: "points", collection: "points" })],
          runningPoint: choose({ field: "runningPoint", collection: "points" }),
        },
        {
          ...{ id: choose({ field: "id", collection: "new" }), name: "x", kind: "quotaPace" },
          quotas: [choose({ field: "quotas", collection: "quotas" })],
        },
        {
          ...{ id: choose({ field: "id", collection: "new" }), name: "x", kind: "balanceResidual" },
          ...{ medium: "electricity", aboveShare: 0.1 },
          places: [choose({ field: "places", collection: "places" })],
        },
      ],
    },
  ],
  [
    "PATCH /alert-rules/{id}",
    {
      body: (choose) => ({
        points: [choose({ field: "points", collection: "points" })],
        runningPoint: choose({ field: "runningPoint", collection: "points" }),
      }),
    },
  ],
  [
    "POST /alert-rules/from-template",
    {
      body: (choose) => ({
        ...{ id: choose({ field: "id", collection: "new" }), template: "electricity-power-high", above: 900 },
        points: [choose({ field: "points", collection: "points" })],
      }),
    },
  ],
  [
    "POST /channels",
    {
      body: (choose) => ({
        ...{ id: choose({ field: "id", collection: "new" }), name: "x" },
        enterpriseId: choose({ field: "enterpriseId", collection: "enterprises" }),
        config: { kind: "mqtt", meterId: choose({ field: "meterId", collection: "meters" }) },
      }),
    },
  ],
  [
    "PATCH /channels/{id}",
    { body: (choose) => ({ config: { kind: "mqtt", meterId: choose({ field: "meterId", collection: "meters" }) } }) },
  ],
  [
    "PATCH /meters/{id}",
    {
      body: (choose) => ({
        enterpriseId: choose({ field: "enterpriseId", collection: "enterprises" }),
        parentId: choose({ field: "parentId", collection: "parents" }),
      }),
    },
  ],
  [
    "GET /figures/registers",
    {
      query: (choose) => [
        { enterprise: choose({ field: "query enterprise", collection: "enterprises" }), kind: "electricity" },
        { meter: choose({ field: "query meter", collection: "meters" }) },
      ],
    },
  ],
  [
    "GET /figures/comparison",
    {
      query: (choose) => [
        { sides: `park,ent:${choose({ field: "query sides enterprise", collection: "enterprises" })}~prev` },
        { sides: `meter:${choose({ field: "query sides meter", collection: "meters" })}` },
      ],
    },
  ],
  ["GET /points/{id}/night-flow", { quantity: "waterFlow" }],
  ["GET /points/{id}/hourly-means", { quantity: "nox" }],
  ["GET /points/{id}/daily-means", { quantity: "nox" }],
  ["GET /points/{id}/demand", { quantity: "activeEnergyImport" }],
  ["GET /points/{id}/anomalies", { quantity: "activeEnergyImport" }],
  ["GET /points/{id}/register-changes", { quantity: "activeEnergyImport" }],
  ["PUT /points/{id}/register-changes/{at}", { quantity: "activeEnergyImport" }],
  ["DELETE /points/{id}/register-changes/{at}", { quantity: "activeEnergyImport" }],
  ["PUT /points/{id}/multipliers", { quantity: "activeEnergyImport" }],
  ["PUT /points/{id}/gas-states", { quantity: "gasVolume" }],
  [
    "PUT /regulated/{id}",
    { body: (choose) => ({ ...aWaterPrice, id: choose({ field: "path id", collection: "regulated" }) }) },
  ],
  ["PUT /enterprises/{id}/tariff-contracts/{from}", { body: () => aContract }],
  [
    "POST /users",
    {
      body: (choose) => ({
        ...{ username: choose({ field: "id", collection: "new" }), password: "kettle-drum-4711" },
        ...{ role: "enterpriseViewer", enterpriseId: choose({ field: "enterpriseId", collection: "enterprises" }) },
      }),
    },
  ],
  ["POST /enterprises/{id}/month-closings", { body: () => ({ month: "2026-04" }) }],
  ["POST /alerts/acknowledge", { takesUnknown: "each alert is judged by itself; the answer names those it left out" }],
  [
    "POST /alerts/unacknowledge",
    { takesUnknown: "each alert is judged by itself; the answer names those it left out" },
  ],
  ["POST /alerts/recalculate", { takesUnknown: "it counts what the rules that one sees would have raised" }],
  ["PATCH /subscriptions/{id}", { notTheirs: person }],
  ["DELETE /subscriptions/{id}", { notTheirs: person }],
  ["PATCH /saved-views/{id}", { notTheirs: ofPark }],
  ["DELETE /saved-views/{id}", { notTheirs: ofPark }],
  ["DELETE /tokens/{id}", { notTheirs: "its maker is above who asks" }],
  ...["DELETE /onboarding-tokens/{id}", "GET /waiting-devices/{id}", "DELETE /waiting-devices/{id}"].map(
    (route) => [route, { notTheirs: "it belongs to the park" }] as const,
  ),
  ["POST /waiting-devices/{id}/refuse", { notTheirs: "it belongs to the park" }],
  [
    "POST /waiting-devices/{id}/approve",
    {
      body: (choose) => ({
        enterpriseId: choose({ field: "enterpriseId", collection: "enterprises" }),
        meterIds: [choose({ field: "meterIds", collection: "meters" })],
      }),
      notTheirs: "it belongs to the park",
    },
  ],
  [
    "POST /devices/{id}/move",
    {
      body: (choose) => ({
        enterpriseId: choose({ field: "enterpriseId", collection: "enterprises" }),
        meters: [{ meterId: choose({ field: "meterId", collection: "meters" }) }],
      }),
      refusal: { status: 409, because: "it is the enterprise's already" },
    },
  ],
  [
    "POST /devices/{id}/commands",
    {
      body: (choose) => ({ meterId: choose({ field: "meterId", collection: "meters" }), command: "restart" }),
    },
  ],
  ["POST /walls/{id}/session", { refusal: { status: 401, because: "the sample does not know the key" } }],
  ["DELETE /services/{id}", { notTheirs: "it belongs to the park" }],
  [
    "PUT /virtual-meters/{id}",
    {
      body: (choose) => ({
        ...{
          name: "x",
          enterpriseId: choose({ field: "enterpriseId", collection: "enterprises" }),
          kind: "electricity",
        },
        terms: [{ meterId: choose({ field: "meterId", collection: "meters" }), coefficient: 1 }],
      }),
    },
  ],
  [
    "PUT /site-plan",
    {
      body: (choose) => ({
        ...{ widthM: 210.5, heightM: 160.5 },
        shapes: [
          {
            ...{ kind: "plot", name: "文字", nameEn: "words" },
            enterpriseId: choose({ field: "enterpriseId", collection: "enterprises" }),
            outline: [
              [10.5, 11.5],
              [60.5, 12.5],
              [61.5, 70.5],
            ],
          },
        ],
      }),
    },
  ],
  ["DELETE /meters/{id}", { refusal: { status: 409, because: "it settles its enterprise" } }],
  ["POST /alerts/{id}/photos", { body: () => aPhoto }],
  [
    "POST /maintenance-windows",
    {
      body: (choose) => ({
        scope: {
          enterpriseIds: [choose({ field: "enterpriseIds", collection: "enterprises" })],
          meterIds: [choose({ field: "meterIds", collection: "meters" })],
          points: [choose({ field: "points", collection: "points" })],
        },
        ...{ from: "2026-05-01T00:00:00+08:00", to: "2026-05-02T00:00:00+08:00", kind: "maintenance", reason: "x" },
      }),
    },
  ],
  ["POST /annotations/{id}/restore", { refusal: { status: 409, because: "it was not deleted" } }],
  ["POST /inspections/{id}/reviews", { refusal: { status: 409, because: "nothing was put right yet" } }],
  ["POST /alerts/{id}/close", { refusal: { status: 409, because: "the alert still stands" } }],
  ["DELETE /enterprises/{id}", { refusal: { status: 409, because: "it owns meters" } }],
]);
