import type { EnteredThing, InputChangeBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { compared } from "../lib/audit-difference.ts";
import { usePark } from "../lib/park.ts";
import { inputChangesQuery } from "../lib/queries.ts";
import { Button } from "../ui/button.tsx";
import { DataTable } from "../ui/data-table.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Empty, Loaded } from "../ui/panel.tsx";
import { useFieldWord, useValueText } from "./entry-words.ts";

interface HistoryProps {
  readonly of: EnteredThing;
  readonly enterprise?: string;
  readonly title: string;
}

/** A button that opens who entered and changed something, and what it was before. */
export function ChangeHistory({ of, enterprise, title }: HistoryProps): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button isSmall look="quiet" onClick={() => setIsOpen(true)}>
        {t("changes.open")}
      </Button>
      {isOpen && (
        <Dialog title={`${title} · ${t("changes.open")}`} shape="wide" onClose={() => setIsOpen(false)}>
          <Changes of={of} {...(enterprise !== undefined && { enterprise })} title={title} />
        </Dialog>
      )}
    </>
  );
}

function Changes({ of, enterprise, title }: HistoryProps): ReactNode {
  const { t } = useTranslation();
  const { format } = usePark();
  const query = useQuery(inputChangesQuery(of, enterprise));
  return (
    <Loaded query={query}>
      {(changes) =>
        changes.length === 0 ? (
          <Empty title={t("changes.none")} />
        ) : (
          <DataTable<InputChangeBody>
            label={title}
            rows={changes}
            keyOf={({ at, object }, n) => `${at} ${object} ${n}`}
            columns={[
              { key: "at", head: t("changes.at"), cell: ({ at }) => format.full(Date.parse(at)) },
              { key: "by", head: t("changes.by"), cell: ({ by }) => by },
              { key: "what", head: t("changes.what"), isMain: true, cell: ({ what }) => t(`changes.is.${what}`) },
              { key: "object", head: t("changes.object"), cell: ({ object }) => object },
              { key: "fields", head: t("changes.values"), cell: ({ fields }) => <Values fields={fields} /> },
            ]}
          />
        )
      }
    </Loaded>
  );
}

/** What differs, the leaf of each field: of something new only what it is. */
function Values({ fields }: { fields: InputChangeBody["fields"] }): ReactNode {
  const fieldWord = useFieldWord();
  const valueText = useValueText();
  const lines = Object.entries(fields)
    .flatMap(([name, { before, after }]) => compared([name], before, after))
    .filter(({ path }) => !hidden.has(path[0] ?? ""));
  return (
    <ul style={{ margin: 0, padding: 0, listStyle: "none" }}>
      {lines.map(({ path, before, after }) => (
        <li key={path.join(".")}>
          {fieldWord(path.at(-1) ?? "")}{" "}
          {before !== null && (
            <>
              <s>{valueText(path.at(-1) ?? "", before)}</s>{" "}
            </>
          )}
          {after !== null && <strong>{valueText(path.at(-1) ?? "", after)}</strong>}
        </li>
      ))}
    </ul>
  );
}

/** They stand in columns of their own or say nothing to a reader. */
const hidden: ReadonlySet<string> = new Set(["id", "enterpriseId", "effectiveTo"]);
