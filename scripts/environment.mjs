/**
 * The environment variables of the platform as `npm start -- --help` shows them: name, default, meaning.
 * platform/src/config.ts validates them; a test compares the two lists.
 * @type {ReadonlyArray<readonly [name: string, fallback: string, meaning: string]>}
 */
export const environment = [
  ["PARK_DATA_DIR", "./data", "folder for journal, readings, registry"],
  ["PARK_HTTP_HOST", "127.0.0.1", "address of web page and API"],
  ["PARK_HTTP_PORT", "8080", "port of web page and API (0 = any free port)"],
  ["PARK_MQTT_HOST", "127.0.0.1", "address of the MQTT broker"],
  ["PARK_MQTT_PORT", "1883", "port of MQTT over TCP"],
  ["PARK_MQTT_WS_PORT", "8083", "port of MQTT over WebSocket, path /mqtt"],
  ["PARK_MQTTS_PORT", "off", "port of MQTT over TLS"],
  ["PARK_TLS_CERT", "off", "certificate file (PEM); HTTP then speaks HTTPS"],
  ["PARK_TLS_KEY", "off", "key file (PEM) of the certificate"],
  ["PARK_ALLOW_PLAIN", "0", "1 = listen beyond this machine without TLS"],
  ["PARK_ADMIN_USER", "admin", "first administrator, first start only"],
  ["PARK_ADMIN_PASSWORD", "generated", "at least 12 characters, first start only"],
  ["PARK_COMPLIANCE_PROFILE", "none", "mlps2 = stricter sign-in, after 等保 2.0 level 2"],
  ["PARK_SESSION_IDLE_MINUTES", "30; 15 with mlps2", "idle time after which a session ends"],
  ["PARK_DEMO", "1", "1 = a demo park with simulated meters, 0 = empty"],
  ["PARK_TIME_ZONE", "Asia/Shanghai", "time zone of the park: days, months, tariffs"],
  ["PARK_NOTIFY_ALLOW", "", "inner networks and hosts that alerts may be sent to"],
  ["PARK_NOTIFY_KEEP_DAYS", "180", "how long the log of sent notifications is kept"],
  ["PARK_NOTIFY_KEEP_ROWS", "1000000", "at most so many entries of that log"],
  ["PARK_DEVICE_RATE", "50", "messages/s a device may send (0 = unlimited)"],
  ["PARK_DEVICE_BURST", "200", "messages a device may send at once"],
  ["PARK_ENTERPRISE_RATE", "2000", "messages/s an enterprise may send (0 = unlimited)"],
  ["PARK_JOURNAL_SEGMENT_MIB", "16", "size of one journal file"],
  ["PARK_JOURNAL_MAX_MIB", "8192", "most the journal may take on disk"],
  ["PARK_JOURNAL_RESERVE_MIB", "512 or 5 %", "disk space the journal leaves free, by default the larger of both"],
  ["PARK_LOG_LEVEL", "warn", "debug, info, warn, error or silent"],
  ["ROLES", "all", "edge,ingest,api: run only these, without supervisor"],
  ["INFLUX_URL", "off", "keep readings in this InfluxDB (1.x, 2.x, 3.x)"],
  ["INFLUX_TOKEN", "off", "its token; on 1.x user:password"],
  ["INFLUX_ORG", "park", "its organisation; ignored on 1.x"],
  ["INFLUX_BUCKET", "park", "its bucket; on 1.x the database, made by us"],
];
