/** How a watched figure stands against its limit; unknown = too little valid data to say anything. */
export type WatchState = "normal" | "warning" | "alarm" | "unknown";
