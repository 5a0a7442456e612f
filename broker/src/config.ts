import type { AuditEntry, Clock, DeviceDirectory, JournalWriter, Logger } from "@smart-park/core";

export interface ListenAddress {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
}

/** PEM files of the TLS listener. */
export interface TlsListenAddress extends ListenAddress {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface EdgeConfig {
  readonly mqtt: ListenAddress;
  /** MQTT over WebSocket, path `/mqtt`. */
  readonly ws: ListenAddress | null;
  readonly mqtts: TlsListenAddress | null;
  /** HJ 212 over TCP. `isOptional`: a port in use leaves it off, with a warning. */
  readonly hj212?: (ListenAddress & { readonly isOptional?: boolean }) | null;
  /** Path of the unix socket on which the app process reaches edge. */
  readonly linkPath: string;
  /** Messages per second and device, with a burst on top; 0 = unlimited. */
  readonly deviceRate: number;
  readonly deviceBurst: number;
  /** Messages per second of all devices of one enterprise; 0 = unlimited. */
  readonly enterpriseRate: number;
  /** New connections per second, as many at once; 0 = unlimited. */
  readonly arrivalRate?: number;
  /** Connections of whom it is not known yet who they are. */
  readonly strangers?: StrangerLimits;
}

export interface StrangerLimits {
  readonly total: number;
  /** Of one IPv4 address or IPv6 /64. */
  readonly perAddress: number;
  readonly isLoopbackExempt: boolean;
}

export const defaultStrangerLimits: StrangerLimits = { total: 500, perAddress: 50, isLoopbackExempt: true };

export interface EdgeDeps {
  readonly journal: JournalWriter;
  readonly directory: DeviceDirectory;
  readonly audit: (entry: AuditEntry) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** This process's figures, given to the app process when it asks. */
  readonly metrics?: () => Promise<string>;
}

/** Limits of the MQTT side (bytes, milliseconds, counts). */
export const limits = {
  connectBytes: 4 * 1024,
  packetBytes: 256 * 1024,
  connectTimeoutMs: 5000,
  tlsHandshakeTimeoutMs: 10_000,
  connections: 10_000,
  /** Above this new connections wait their turn, unless the configuration says otherwise. */
  newConnectionsPerSecond: 500,
  certificateCheckMs: 2000,
  keepaliveMinS: 10,
  keepaliveMaxS: 600,
  keepaliveDefaultS: 300,
  /** Of TCP, where the protocol has none of its own. */
  keepaliveProbeMs: 60_000,
  silenceCheckMs: 500,
  topicBytes: 256,
  topicLevels: 10,
  retainedBytes: 4 * 1024,
  willBytes: 1024,
  openQos2: 100,
  serviceFilters: 16,
  unknownMetersPerHour: 100,
  /** A device this far over its rate is cut off; below it is only slowed down. */
  longestPauseMs: 30_000,
  /** With more than this waiting for an enterprise's rate, who speaks for it is not read until its own messages are taken. */
  readAheadMs: 1000,
  /** Output a client has not read. */
  unreadBytes: 1024 * 1024,
  unreadMs: 5000,
  /** With more than this waiting for the disk, QoS 0 is shed. */
  shedAboveBytes: 8 * 1024 * 1024,
  /** Telemetry of one client that waits for the disk or for its rate; above this the client is not read. */
  waitingBytesPerClient: 256 * 1024,
  waitingBatchesPerClient: 256,
  linkBodyBytes: 1024 * 1024,
  watchIntervalMs: 5,
  heartbeatMs: 1000,
} as const;
