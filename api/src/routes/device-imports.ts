import { type DeviceImport, type ParkTime } from "@smart-park/core";
import {
  deviceImportBody,
  devicesImportBody,
  importQuery,
  issuedCredentials,
  listOf,
  sheetTemplateBody,
  toTopic,
} from "@smart-park/core/wire";
import { defineRoute, type Route } from "../define-route.ts";
import { deviceSheetColumns, deviceSheetExamples, deviceSheetNotes, judgeDevices } from "../device-sheet.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { newSecret } from "../secrets.ts";
import { readBody, sheetBody, toTemplate } from "../sheet-import.ts";
import { tellEdge } from "../tell-edge.ts";
import { objectParams } from "./path-params.ts";

const toDeviceImportBody = ({ at, issuedAt, ...rest }: DeviceImport, time: ParkTime) => ({
  ...rest,
  at: time.toIso(at),
  issuedAt: issuedAt === null ? null : time.toIso(issuedAt),
});

/** Meters with their devices, many at once, from and for a spreadsheet. */
export const deviceImportRoutes: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/devices/import/template",
    summary: "A sheet of meters and devices to fill in",
    right: "registry.read",
    responses: { 200: sheetTemplateBody },
    run: () => toTemplate(deviceSheetColumns, deviceSheetExamples),
    table: ({ examples: rows }) => ({
      title: "设备导入模板",
      columns: deviceSheetColumns,
      rows,
      notes: deviceSheetNotes,
    }),
  }),
  defineRoute({
    method: "post",
    path: "/devices/import",
    summary: "Make all meters and devices of a spreadsheet, or none and name each bad cell; dryRun makes nothing",
    right: "registry.write",
    query: importQuery,
    responses: { 200: devicesImportBody },
    ...sheetBody,
    async run(input) {
      const { context, caller, query, audit } = input;
      const cells = await readBody(input);
      const judged = await judgeDevices(cells, context.registry, caller.principal);
      const { meters, devices, joined } = judged.wanted;
      const isWanted = meters.length + devices.length + joined.length > 0;
      const dryRun = query.dryRun === "true";
      const changed = isWanted && !dryRun && judged.refused.length === 0;
      const made = changed ? context.registry.importDevices(caller.principal, judged.wanted, audit) : null;
      if (changed) await tellEdge(context);
      return {
        ...{ dryRun, changed, rows: judged.rows, items: [...judged.items] },
        ...{ newDevices: devices.map(({ id }) => id), refused: [...judged.refused] },
        ...{ ignoredColumns: [...judged.ignoredColumns], importId: made?.id ?? null },
      };
    },
  }),
  defineRoute({
    method: "get",
    path: "/device-imports",
    summary: "Imports that made devices, newest first, and whether their credentials were fetched",
    right: "registry.read",
    query: pageQuery,
    responses: { 200: listOf(deviceImportBody) },
    run({ context, caller, query }) {
      const imports = context.registry.deviceImports(caller.principal);
      return pageOf(
        imports.map((one) => toDeviceImportBody(one, context.time)),
        query,
      );
    },
  }),
  defineRoute({
    method: "post",
    path: "/device-imports/{id}/credentials",
    summary: "Credentials of the devices of an import; they are made now and handed out only this once",
    right: "registry.write",
    params: objectParams,
    responses: { 200: issuedCredentials },
    async run({ context, caller, params, audit }) {
      const issued = context.registry.issueCredentials(caller.principal, params.id, newSecret, audit);
      await tellEdge(context);
      return {
        items: issued.map(({ device: { id, enterpriseId, meterIds }, secret }) => ({
          ...{ username: id, password: secret, enterpriseId, meterIds: [...meterIds] },
        })),
      };
    },
    table: ({ items }) => ({
      title: "设备凭据",
      columns: [
        { key: "username", label: "设备编号（用户名）" },
        { key: "password", label: "密码" },
        { key: "enterpriseId", label: "企业编号" },
        { key: "topics", label: "主题" },
      ],
      rows: items.map(({ meterIds, enterpriseId, ...one }) => ({
        ...one,
        enterpriseId,
        topics: meterIds.map((meterId) => toTopic(enterpriseId, meterId, "telemetry")).join("\n"),
      })),
      notes: ["密码只给出这一次，平台只保存其散列；遗失时请为该设备更换密码"],
    }),
  }),
];
