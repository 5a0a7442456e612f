import type { MeterBody, SiteBody, SitePlanBody } from "@smart-park/core/wire";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useCatalog } from "../../lib/catalog.ts";
import { nameIn, useLanguage, useRight } from "../../lib/park.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Loaded, Panel } from "../../ui/panel.tsx";
import { pointIdsOf } from "../meter-states.ts";
import { MeterState } from "../reading.tsx";
import { usePlaced, type PlacedMeter } from "./map-marks.ts";
import { MapView, type Seen } from "./map-view.tsx";
import { PlanImport } from "./plan-import.tsx";
import { plotMiddle } from "./plan-shapes.tsx";
import classes from "./site-map.module.css";
import { siteQuery } from "./site-query.ts";
import { usePlacing, type Placing } from "./use-placing.ts";

interface SiteMapProps {
  readonly label: string;
  /** Those that the filters let through. */
  readonly meters: readonly MeterBody[];
  readonly openId: string | null;
  readonly onOpen: (meter: MeterBody) => void;
}

/** The park's ground with its meters; who may change the registry moves them there. */
export function SiteMap(props: SiteMapProps): ReactNode {
  const query = useQuery(siteQuery());
  return (
    <Loaded query={query} lines={9}>
      {({ plan, places }) => (plan === null ? <NoPlan /> : <Site {...props} plan={plan} places={places} />)}
    </Loaded>
  );
}

function NoPlan(): ReactNode {
  const { t } = useTranslation();
  const mayWrite = useRight("registry.write");
  if (!mayWrite) return <Empty title={t("site.noPlan")} hint={t("site.noPlanRead")} />;
  return (
    <Empty
      title={t("site.noPlan")}
      hint={t("site.noPlanHint")}
      action={<PlanImport label={t("site.import")} look="primary" />}
    />
  );
}

type SiteProps = SiteMapProps & { readonly plan: SitePlanBody; readonly places: SiteBody["places"] };

function Site({ label, meters, openId, onOpen, plan, places }: SiteProps): ReactNode {
  const { t } = useTranslation();
  const mayWrite = useRight("registry.write");
  const placing = usePlacing();
  const [isEditing, setIsEditing] = useState(false);
  const [wanted, setWanted] = useState<{ readonly meterId: string } | null>(null);
  const [seen, setSeen] = useState<Seen | null>(null);
  const { placed, unplaced } = usePlaced(meters, places);
  const place = (meter: MeterBody): void => {
    const middle = seen
      ? { x: (seen.left + seen.right) / 2, y: (seen.top + seen.bottom) / 2 }
      : { x: plan.widthM / 2, y: plan.heightM / 2 };
    placing.put(meter.id, plotMiddle(plan, meter.enterpriseId) ?? middle);
    setWanted({ meterId: meter.id });
  };
  return (
    <>
      {mayWrite && (
        <EditBar
          isEditing={isEditing}
          placing={placing}
          onToggle={() => setIsEditing(!isEditing)}
          onUndone={(meterId) => setWanted({ meterId })}
        />
      )}
      <div
        onKeyDown={(event) => {
          if (!isEditing || event.key !== "z" || !(event.ctrlKey || event.metaKey) || !placing.undo) return;
          event.preventDefault();
          setWanted({ meterId: placing.undo().meterId });
        }}
      >
        <MapView
          label={label}
          plan={plan}
          placed={placed}
          openId={openId}
          onOpen={onOpen}
          onMove={isEditing ? placing.put : null}
          onRemove={isEditing ? (meterId) => placing.put(meterId, null) : null}
          wanted={wanted}
          onSeen={setSeen}
        />
      </div>
      {isEditing ? (
        <div className={classes.desk}>
          <Unplaced meters={unplaced} onPlace={place} />
          <PlacedList placed={placed} onShow={setWanted} onRemove={(meterId) => placing.put(meterId, null)} />
        </div>
      ) : (
        <>
          {unplaced.length > 0 && <p className={classes.note}>{t("site.unplacedNote", { n: unplaced.length })}</p>}
          <InView placed={placed} seen={seen} onOpen={onOpen} />
        </>
      )}
    </>
  );
}

interface EditBarProps {
  readonly isEditing: boolean;
  readonly placing: Placing;
  readonly onToggle: () => void;
  readonly onUndone: (meterId: string) => void;
}

function EditBar({ isEditing, placing, onToggle, onUndone }: EditBarProps): ReactNode {
  const { t } = useTranslation();
  const { undo } = placing;
  return (
    <div className={classes.edit}>
      <Button isSmall aria-pressed={isEditing} {...(isEditing && { look: "primary" as const })} onClick={onToggle}>
        {isEditing ? t("site.editDone") : t("site.edit")}
      </Button>
      {isEditing && (
        <>
          <Button
            isSmall
            disabled={undo === null}
            onClick={() => {
              if (undo) onUndone(undo().meterId);
            }}
          >
            {t("action.undo")}
          </Button>
          <PlanImport label={t("site.importOther")} />
          <span className={classes.note}>{t("site.editHint")}</span>
        </>
      )}
    </div>
  );
}

const most = 100;

function More({ rest }: { rest: number }): ReactNode {
  const { t } = useTranslation();
  return rest > 0 && <p className={classes.note}>{t("site.more", { n: rest })}</p>;
}

function MeterName({ meter }: { meter: MeterBody }): ReactNode {
  const language = useLanguage();
  const { enterpriseName } = useCatalog();
  return (
    <span className={classes.meterName}>
      {nameIn(language, meter)}
      <small>
        {meter.id} · {enterpriseName(meter.enterpriseId)}
      </small>
    </span>
  );
}

/** Meters without a place, each put on its owner's ground at a press. */
function Unplaced({
  meters,
  onPlace,
}: {
  meters: readonly MeterBody[];
  onPlace: (meter: MeterBody) => void;
}): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Panel title={t("site.unplaced", { n: meters.length })}>
      {meters.length === 0 && <p className={classes.note}>{t("site.allPlaced")}</p>}
      <ul className={classes.list}>
        {meters.slice(0, most).map((meter) => (
          <li key={meter.id}>
            <MeterName meter={meter} />
            <Button
              isSmall
              aria-label={t("site.placeName", { name: nameIn(language, meter) })}
              onClick={() => onPlace(meter)}
            >
              {t("site.place")}
            </Button>
          </li>
        ))}
      </ul>
      <More rest={meters.length - most} />
    </Panel>
  );
}

interface PlacedListProps {
  readonly placed: readonly PlacedMeter[];
  readonly onShow: (wanted: { readonly meterId: string }) => void;
  readonly onRemove: (meterId: string) => void;
}

function PlacedList({ placed, onShow, onRemove }: PlacedListProps): ReactNode {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <Panel title={t("site.placed", { n: placed.length })}>
      <ul className={classes.list}>
        {placed.slice(0, most).map(({ meter, x, y }) => (
          <li key={meter.id}>
            <MeterName meter={meter} />
            <small>
              {x.toFixed(1)}, {y.toFixed(1)} m
            </small>
            <Button
              isSmall
              look="quiet"
              aria-label={t("site.showName", { name: nameIn(language, meter) })}
              onClick={() => onShow({ meterId: meter.id })}
            >
              {t("site.show")}
            </Button>
            <Button
              isSmall
              look="quiet"
              aria-label={t("site.removeName", { name: nameIn(language, meter) })}
              onClick={() => onRemove(meter.id)}
            >
              {t("site.remove")}
            </Button>
          </li>
        ))}
      </ul>
      <More rest={placed.length - most} />
    </Panel>
  );
}

interface InViewProps {
  readonly placed: readonly PlacedMeter[];
  readonly seen: Seen | null;
  readonly onOpen: (meter: MeterBody) => void;
}

/** The same meters as a list, for who does not see the map or finds it too small. */
function InView({ placed, seen, onOpen }: InViewProps): ReactNode {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const shown = placed.filter(
    ({ x, y }) => seen !== null && x >= seen.left && x <= seen.right && y >= seen.top && y <= seen.bottom,
  );
  return (
    <details className={classes.inView} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{t("site.inView", { n: shown.length })}</summary>
      {isOpen && (
        <>
          <ul className={classes.list}>
            {shown.slice(0, most).map(({ meter }) => (
              <li key={meter.id}>
                <button type="button" className={classes.open} onClick={() => onOpen(meter)}>
                  <MeterName meter={meter} />
                </button>
                <MeterState points={pointIdsOf(meter)} intervalS={meter.intervalS} />
              </li>
            ))}
          </ul>
          <More rest={shown.length - most} />
        </>
      )}
    </details>
  );
}
