/** The page of a device. */
export const deviceAddress = (id: string): string => `/ops/devices/id/${encodeURIComponent(id)}`;
