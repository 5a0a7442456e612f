import { useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import { LiveConnection } from "../live/live-connection.ts";
import { LiveContext } from "../live/live-context.ts";
import { LiveStore } from "../live/live-store.ts";
import { ServerClock, steadyNow } from "../live/server-clock.ts";
import type { WallAddress } from "./address.ts";
import { ContentFeed } from "./content-feed.ts";
import { Opening, Over } from "./full-words.tsx";
import { Screen } from "./screen.tsx";

interface WallAppProps {
  readonly address: WallAddress;
  readonly build: string;
}

function makeWall({ address, build }: WallAppProps) {
  const feed = new ContentFeed({ screen: address.screen, key: address.key, build });
  const store = new LiveStore({ schedule: (flush) => requestAnimationFrame(flush) });
  const clock = new ServerClock(steadyNow);
  const connection = new LiveConnection<undefined>({
    ...{ namespace: "/wall", auth: { wall: address.screen }, store, clock },
    onAlert: feed.refresh,
    onRecovered: feed.refresh,
    onRegistryChanged: feed.refresh,
    onRefused: () => {
      feed.refresh();
      return true; // nobody stands before it who could ask for another try
    },
  });
  return { feed, live: { store, clock, connection } };
}

/** One screen, from its link to its end. It never asks anybody for anything. */
export function WallApp(props: WallAppProps): ReactNode {
  const { address, build } = props;
  const [{ feed, live }] = useState(() => makeWall(props));
  const { content, ended, answeredAt } = useSyncExternalStore(feed.subscribe, feed.state);
  const isIn = content !== null;
  useEffect(() => feed.start(), [feed]);
  useEffect(() => (isIn ? live.connection.start() : undefined), [live, isIn]);
  if (ended !== null) return <Over reason={ended} />;
  if (content === null) return <Opening />;
  return (
    <LiveContext value={live}>
      <Screen address={address} build={build} content={content} answeredAt={answeredAt} />
    </LiveContext>
  );
}
