/** The page of a channel; not directly below the list: a channel may be called as a page is. */
export const channelAddress = (id: string): string => `/ops/channels/id/${encodeURIComponent(id)}`;

/** What went out through a channel. */
export const logAddress = (channel: string): string => `/ops/channels?tab=log&channel=${encodeURIComponent(channel)}`;
