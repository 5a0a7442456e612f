import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { answerQuery, type Ask } from "../lib/asks.ts";
import { isApiError } from "../lib/api-client.ts";
import { ExportLinks } from "../ui/export-links.tsx";
import { CoverageNote, ReferenceMark, StateMark, type CoverageShares } from "../ui/marks.tsx";
import { Empty, Loaded, Panel } from "../ui/panel.tsx";
import classes from "./figures.module.css";

export const useAnswer = <T,>(ask: Ask<T>, isEnabled = true): UseQueryResult<T> =>
  useQuery({ ...answerQuery(ask), enabled: isEnabled });

interface Trust {
  readonly state?: "estimated" | "closed";
  readonly label?: "official" | "reference" | null;
  readonly coverage?: CoverageShares;
}

/** 暂估/已结, 参考值 and coverage of a figure: what tells how far to trust it. */
function TrustMarks({ state, label, coverage }: Trust): ReactNode {
  return (
    <span className={classes.marks}>
      {state && <StateMark state={state} />}
      {label && <ReferenceMark label={label} />}
      {coverage && <CoverageNote coverage={coverage} />}
    </span>
  );
}

interface AnswerPanelProps<T> {
  readonly title: string;
  readonly ask: Ask<T>;
  /** The server has a sheet for this question. */
  readonly hasFile?: boolean;
  readonly isFlush?: boolean;
  readonly trust?: (answer: T) => Trust;
  readonly aside?: ReactNode;
  readonly actions?: (answer: T) => ReactNode;
  readonly children: (answer: T) => ReactNode;
}

/** One question and its answer, with how far to trust it and the same as a file. */
export function AnswerPanel<T>(props: AnswerPanelProps<T>): ReactNode {
  const { title, ask, hasFile = true, isFlush = false, trust, aside, actions, children } = props;
  const { t } = useTranslation();
  const query = useAnswer(ask);
  const isMissing = isApiError(query.error) && query.error.status === 404;
  return (
    <Panel
      title={title}
      isFlush={isFlush}
      aside={
        <span className={classes.marks}>
          {query.data !== undefined && trust && <TrustMarks {...trust(query.data)} />}
          {aside}
        </span>
      }
      actions={
        <>
          {query.data !== undefined && actions?.(query.data)}
          {query.data !== undefined && hasFile && <ExportLinks of={ask} />}
        </>
      }
    >
      {isMissing ? <Empty title={t("error.notFound")} /> : <Loaded query={query}>{children}</Loaded>}
    </Panel>
  );
}
