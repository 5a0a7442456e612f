import type { devicesImportBody, issuedCredentials, RefusedCell } from "@smart-park/core/wire";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { z } from "zod";
import { isApiError, postFile, postJson, toUrl } from "../../lib/api-client.ts";
import { useCatalog } from "../../lib/catalog.ts";
import { download, toCsv } from "../../lib/csv.ts";
import { missing } from "../../lib/format.ts";
import { useLanguage, usePark, useRight } from "../../lib/park.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import buttons from "../../ui/button.module.css";
import { DataTable } from "../../ui/data-table.tsx";
import { FileField } from "../../ui/file-field.tsx";
import { Icon } from "../../ui/icons.tsx";
import { NoRight } from "../../ui/no-right.tsx";
import { PageHead } from "../../ui/page.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { Refusal } from "../../ui/refusal.tsx";
import { classNames } from "../../lib/class-names.ts";
import { CredentialList } from "./credential-list.tsx";
import classes from "./page.module.css";
import { importsQuery, templateQuery, type DeviceImportBody } from "./queries.ts";
import { Steps } from "./steps.tsx";

type Judged = z.infer<typeof devicesImportBody>;
type Issued = z.infer<typeof issuedCredentials>;

const steps = ["file", "check", "enter", "secrets"] as const;

/** `/ops/devices/import`: meters and devices from a file, all or none, and their credentials once. */
export function Page(): ReactNode {
  const { t } = useTranslation();
  const mayWrite = useRight("registry.write");
  if (!mayWrite) return <NoRight title={t("deviceImport.title")} />;
  return (
    <div className={classes.page}>
      <PageHead
        title={t("deviceImport.title")}
        lead={t("deviceImport.lead")}
        actions={<ButtonLink to="/ops/devices">{t("deviceImport.back")}</ButtonLink>}
      />
      <Import />
    </div>
  );
}

const mediaTypes = {
  csv: "text/csv",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
} as const;

/** The server goes by the type, and browsers without a spreadsheet program know none. */
const typed = (file: File): Blob =>
  new Blob([file], { type: file.name.toLowerCase().endsWith(".xlsx") ? mediaTypes.xlsx : mediaTypes.csv });

interface Order {
  readonly file: File;
  readonly dryRun: boolean;
}

function Import(): ReactNode {
  const { t } = useTranslation();
  const client = useQueryClient();
  const textOf = useSheetRefusal();
  const [file, setFile] = useState<File | null>(null);
  const issuing = useIssuing();
  const { mutate, data, error, isPending, reset, variables } = useMutation({
    mutationFn: ({ file: sheet, dryRun }: Order) =>
      postFile<Judged>("/devices/import", { dryRun: String(dryRun) }, typed(sheet)),
    onSuccess: async ({ changed }) => {
      if (!changed) return;
      for (const key of ["devices", "meters", "enterprises", "device-imports"])
        await client.invalidateQueries({ queryKey: [key] });
    },
  });
  const choose = (chosen: File | null): void => {
    reset();
    issuing.reset();
    setFile(chosen);
    if (chosen) mutate({ file: chosen, dryRun: true });
  };
  const isEntered = data?.changed === true;
  const isGood = data !== undefined && data.refused.length === 0;
  const step = issuing.issued ? 4 : isEntered ? 3 : isGood ? 2 : file ? 1 : 0;
  return (
    <>
      <Steps label={t("deviceImport.title")} names={steps.map((name) => t(`deviceImport.step.${name}`))} at={step} />
      {!isEntered && (
        <Panel title={t("deviceImport.step.file")} aside={t("deviceImport.fileHint")} actions={<TemplateLinks />}>
          <FileField label={t("deviceImport.file")} accept=".csv,.xlsx" disabled={isPending} onChoose={choose} />
          {isPending && <Progress label={t(variables.dryRun ? "deviceImport.checking" : "deviceImport.entering")} />}
          <Refusal reason={textOf(error)} />
        </Panel>
      )}
      {data && !isEntered && (
        <Preview
          judged={data}
          isPending={isPending}
          onEnter={() => {
            if (file) mutate({ file, dryRun: false });
          }}
        />
      )}
      {isEntered && <Entered judged={data} issuing={issuing} onAgain={() => choose(null)} />}
      <Refusal reason={textOf(issuing.error)} />
      {issuing.issued && <CredentialList credentials={issuing.issued.items} />}
      <Past issuing={issuing} />
    </>
  );
}

function TemplateLinks(): ReactNode {
  const { t } = useTranslation();
  return (["xlsx", "csv"] as const).map((format) => (
    <a
      key={format}
      className={classNames(buttons.button, buttons.small)}
      href={toUrl("/devices/import/template", { format })}
      download
    >
      <Icon name="download" size={15} />
      {t("deviceImport.template", { format: format.toUpperCase() })}
    </a>
  ));
}

const Progress = ({ label }: { label: string }): ReactNode => (
  <div className={classes.progress} role="status">
    <progress aria-label={label} />
    {label}
  </div>
);

function useSheetRefusal(): (error: Error | null) => Error | string | null {
  const { t } = useTranslation();
  return (error) => {
    if (isApiError(error) && error.status === 413) return t("deviceImport.tooLarge");
    if (isApiError(error) && error.status === 415) return t("deviceImport.wrongType");
    if (isApiError(error) && error.status === 0) return t("deviceImport.unreadable");
    return error;
  };
}

interface Issuing {
  readonly issue: (importId: string) => void;
  readonly issued: Issued | undefined;
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly reset: () => void;
}

/** Fetches the credentials of an import: they are made by this very request and told by it alone. */
function useIssuing(): Issuing {
  const client = useQueryClient();
  const { mutate, data, error, isPending, reset } = useMutation({
    mutationFn: (importId: string) =>
      postJson<Issued>(`/device-imports/${encodeURIComponent(importId)}/credentials`, {}),
    onSettled: () => client.invalidateQueries({ queryKey: ["device-imports"] }),
    gcTime: 0,
  });
  return { issue: mutate, issued: data, error, isPending, reset };
}

/** What would come of the file, or why nothing can. */
function Preview({
  judged,
  isPending,
  onEnter,
}: {
  judged: Judged;
  isPending: boolean;
  onEnter: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const { refused, items, newDevices, rows, ignoredColumns } = judged;
  const count = (outcome: string): number => items.filter((item) => item.outcome === outcome).length;
  const isBad = refused.length > 0;
  const isNothingNew = !isBad && count("new") + count("added") === 0;
  const badRows = new Set(refused.map(({ row }) => row)).size;
  return (
    <Panel
      title={t("deviceImport.step.check")}
      aside={t("deviceImport.rows", { n: rows })}
      actions={
        !isBad && (
          <Button look="primary" disabled={isNothingNew || isPending} onClick={onEnter}>
            {t("deviceImport.enter", { n: count("new") + count("added") })}
          </Button>
        )
      }
    >
      <div className={classes.stack}>
        {isBad ? (
          <Refusal reason={t("deviceImport.bad", { n: refused.length, rows: badRows })} />
        ) : (
          <p className={classes.good} role="status">
            ✓ {t(isNothingNew ? "deviceImport.nothingNew" : "deviceImport.good")}
          </p>
        )}
        {ignoredColumns.length > 0 && (
          <p className={classes.warning}>
            ▲ {t("deviceImport.ignored", { columns: ignoredColumns.join(t("deviceImport.comma")) })}
          </p>
        )}
        {isBad ? (
          <BadCells refused={refused} />
        ) : (
          <>
            <p>
              {t("deviceImport.outcome", {
                ...{ meters: count("new"), added: count("added"), devices: newDevices.length },
                unchanged: count("unchanged"),
              })}
            </p>
            <GoodRows items={items} newDevices={newDevices} />
          </>
        )}
      </div>
    </Panel>
  );
}

const mostRows = 500;
/** Columns of the sheet that there are words for. */
// prettier-ignore
const sheetColumns = [
  "enterprise", "meter", "name", "kind", "points", "interval", "zone", "workshop", "parent", "multiplier", "side",
  "modulus", "ratedPerHour", "device",
] as const;

function BadCells({ refused }: { refused: readonly RefusedCell[] }): ReactNode {
  const { t } = useTranslation();
  const heads = (["row", "column", "value", "problem"] as const).map((key) => t(`deviceImport.${key}`));
  const save = (): void => {
    const cells = refused.map(({ row, column, value, message }) => [row, column, value, message]);
    download(`${t("deviceImport.badFile")}.csv`, toCsv([heads, ...cells]));
  };
  return (
    <>
      <DataTable
        label={t("deviceImport.badCells")}
        maxHeight={420}
        rows={refused.slice(0, mostRows)}
        keyOf={({ row, column }, index) => `${row} ${column ?? ""} ${index}`}
        columns={[
          {
            key: "place",
            head: `${heads[0]} · ${heads[1]}`,
            cell: ({ row, column }) => `${row} · ${column ?? t("deviceImport.wholeRow")}`,
          },
          { key: "value", head: heads[2], cell: ({ value }) => (value === "" ? missing : <code>{value}</code>) },
          { key: "problem", head: heads[3], cell: (cell) => <Problem cell={cell} /> },
        ]}
      />
      <div className={classes.bar}>
        <Button isSmall icon="download" onClick={save}>
          {t("deviceImport.saveBad")}
        </Button>
        {refused.length > mostRows && (
          <span className={classes.note}>{t("deviceImport.firstOnly", { n: mostRows })}</span>
        )}
      </div>
    </>
  );
}

/** What is allowed in a column; the server's own words about the cell are English, so elsewhere they wait to be opened. */
function Problem({ cell: { column, message } }: { cell: RefusedCell }): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data } = useQuery(templateQuery());
  const known = data?.columns.find(({ key, label }) => column === key || column?.startsWith(label) === true)?.key;
  const key = sheetColumns.find((one) => one === known);
  return (
    <div className={classes.problem}>
      <span>{key ? t(`deviceImport.hintOf.${key}`) : language === "zh" && t("refusal.unprocessable")}</span>
      {language === "en" ? (
        <small>{message}</small>
      ) : (
        <details>
          <summary>{t("refusal.detail")}</summary>
          <small lang="en">{message}</small>
        </details>
      )}
    </div>
  );
}

function GoodRows({ items, newDevices }: { items: Judged["items"]; newDevices: readonly string[] }): ReactNode {
  const { t } = useTranslation();
  const { enterpriseName } = useCatalog();
  const made = new Set(newDevices);
  const glyph = { new: "+", added: "↗", unchanged: "=" } as const;
  return (
    <>
      <DataTable
        label={t("deviceImport.goodRows")}
        maxHeight={420}
        rows={items.slice(0, mostRows)}
        keyOf={({ row }) => String(row)}
        columns={[
          { key: "row", head: t("deviceImport.row"), cell: ({ row }) => row },
          { key: "meter", head: t("devices.meter"), cell: ({ meterId }) => meterId },
          { key: "owner", head: t("devices.enterprise"), cell: ({ enterpriseId }) => enterpriseName(enterpriseId) },
          {
            key: "device",
            head: t("devices.device"),
            cell: ({ deviceId }) =>
              deviceId === null
                ? missing
                : made.has(deviceId)
                  ? t("deviceImport.newDevice", { id: deviceId })
                  : deviceId,
          },
          {
            key: "outcome",
            head: t("deviceImport.outcomeHead"),
            cell: ({ outcome }) => `${glyph[outcome]} ${t(`deviceImport.outcomeOf.${outcome}`)}`,
          },
        ]}
      />
      {items.length > mostRows && <p className={classes.note}>{t("deviceImport.firstOnly", { n: mostRows })}</p>}
    </>
  );
}

function Entered({ judged, issuing, onAgain }: { judged: Judged; issuing: Issuing; onAgain: () => void }): ReactNode {
  const { t } = useTranslation();
  const { importId, items, newDevices } = judged;
  const meters = items.filter(({ outcome }) => outcome === "new").length;
  return (
    <Panel
      title={t("deviceImport.entered")}
      actions={
        <Button isSmall onClick={onAgain}>
          {t("deviceImport.again")}
        </Button>
      }
    >
      <div className={classes.stack}>
        <p className={classes.good} role="status">
          ✓ {t("deviceImport.made", { meters, devices: newDevices.length })}
        </p>
        {importId !== null && !issuing.issued && (
          <>
            <p>{t("deviceImport.issueHint")}</p>
            <div>
              <Button look="primary" disabled={issuing.isPending} onClick={() => issuing.issue(importId)}>
                {t("deviceImport.issue", { n: newDevices.length })}
              </Button>
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}

/** Imports of before; whose credentials were not fetched yet can still be given them. */
function Past({ issuing }: { issuing: Issuing }): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const query = useQuery(importsQuery());
  const when = (iso: string): string => format.full(Date.parse(iso)).slice(0, 16);
  const secrets = ({ id, devices, issuedAt }: DeviceImportBody): ReactNode =>
    issuedAt === null ? (
      <Button
        isSmall
        disabled={issuing.isPending}
        aria-label={t("deviceImport.issueOf", { n: devices, id })}
        onClick={() => issuing.issue(id)}
      >
        {t("deviceImport.issue", { n: devices })}
      </Button>
    ) : (
      t("deviceImport.issuedAt", { at: when(issuedAt) })
    );
  return (
    <Panel title={t("deviceImport.past")} aside={t("deviceImport.pastHint")} isFlush>
      <Loaded query={query}>
        {(imports) =>
          imports.length === 0 ? (
            <Empty title={t("deviceImport.nonePast")} />
          ) : (
            <DataTable
              label={t("deviceImport.past")}
              rows={imports}
              keyOf={({ id }) => id}
              columns={[
                { key: "at", head: t("deviceImport.at"), cell: ({ at }) => when(at) },
                { key: "by", head: t("deviceImport.by"), cell: ({ by }) => by },
                { key: "meters", head: t("devices.meters"), isNumber: true, cell: ({ meters }) => meters },
                { key: "devices", head: t("devices.device"), isNumber: true, cell: ({ devices }) => devices },
                { key: "secrets", head: t("devices.credentials"), cell: secrets },
              ]}
            />
          )
        }
      </Loaded>
    </Panel>
  );
}
