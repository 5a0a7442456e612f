/** The park, its people, its rules and what the platform keeps beside readings. */
export const firstTables = `
create table enterprise (
  id text primary key,
  name text not null,
  name_en text,
  chain text,
  demo integer not null check (demo in (0, 1))
) strict;

create table zone (id text primary key) strict;

create table meter (
  id text primary key,
  name text not null,
  name_en text,
  enterprise_id text not null references enterprise (id),
  kind text not null,
  interval_s integer not null check (interval_s > 0),
  parent_id text references meter (id) check (parent_id <> id),
  zone_id text references zone (id),
  workshop text,
  data_source text
) strict;
create index meter_by_enterprise on meter (enterprise_id);
create index meter_by_parent on meter (parent_id);

create table point (
  id text primary key,
  meter_id text not null references meter (id) on delete cascade,
  position integer not null,
  quantity text not null,
  unit text not null,
  kind text not null check (kind in ('gauge', 'counter')),
  multiplier real not null,
  multiplier_from integer,
  value_side text not null check (value_side in ('primary', 'secondary')),
  modulus real,
  rated_per_hour real,
  stamp_at text not null check (stamp_at in ('end', 'start')),
  min real,
  max real,
  unique (meter_id, quantity)
) strict;

create table device (
  id text primary key,
  enterprise_id text not null references enterprise (id),
  protocol text not null check (protocol in ('mqtt', 'hj212')),
  is_enabled integer not null check (is_enabled in (0, 1)),
  secret_hash text not null unique
) strict;
create index device_by_enterprise on device (enterprise_id);

create table device_meter (
  device_id text not null references device (id) on delete cascade,
  meter_id text not null references meter (id) on delete cascade,
  position integer not null,
  primary key (device_id, meter_id)
) strict, without rowid;
create index device_meter_by_meter on device_meter (meter_id);

create table service (
  id text primary key,
  secret_hash text not null unique
) strict;

create table user (
  id text primary key,
  password_hash text not null,
  role text not null check (role in (
    'parkAdmin', 'parkManager', 'operator', 'auditor',
    'enterpriseAdmin', 'enterpriseOperator', 'enterpriseViewer', 'steward'
  )),
  is_enabled integer not null check (is_enabled in (0, 1)),
  must_change_password integer not null check (must_change_password in (0, 1)),
  last_seen_at integer
) strict;

create table user_enterprise (
  user_id text not null references user (id) on delete cascade,
  enterprise_id text not null references enterprise (id),
  position integer not null,
  primary key (user_id, enterprise_id)
) strict, without rowid;
create index user_enterprise_by_enterprise on user_enterprise (enterprise_id);

create table session (
  secret_hash text primary key,
  user_id text not null references user (id) on delete cascade,
  created_at integer not null,
  last_used_at integer not null
) strict;
create index session_by_user on session (user_id);

create table token (
  id text primary key,
  secret_hash text not null unique,
  name text not null,
  scopes text not null,
  enterprise_id text references enterprise (id) on delete cascade,
  created_at integer not null,
  expires_at integer,
  created_by text not null references user (id) on delete cascade
) strict;
create index token_by_user on token (created_by);

create table alert_rule (
  id text primary key,
  version integer not null,
  kind text not null check (kind in ('limit', 'silence')),
  name text not null,
  severity text not null check (severity in ('P1', 'P2', 'P3', 'P4')),
  is_enabled integer not null check (is_enabled in (0, 1)),
  on_delay_s real not null,
  off_delay_s real not null,
  condition text not null
) strict;

-- Every version a rule ever had stays, also when the rule is gone: an alert names the version that raised it.
create table alert_rule_version (
  rule_id text not null,
  version integer not null,
  at integer not null,
  by text not null,
  body text not null,
  primary key (rule_id, version)
) strict, without rowid;

create table alert_rule_point (
  rule_id text not null references alert_rule (id) on delete cascade,
  point_id text not null references point (id) on delete cascade,
  position integer not null,
  primary key (rule_id, point_id)
) strict, without rowid;
create index alert_rule_point_by_point on alert_rule_point (point_id);

create table rule_state (
  rule_id text not null,
  point_id text not null,
  phase text not null check (phase in ('normal', 'pending', 'firing', 'clearing')),
  since integer,
  raised_at integer,
  evaluated_at integer,
  primary key (rule_id, point_id),
  foreign key (rule_id, point_id) references alert_rule_point (rule_id, point_id) on delete cascade
) strict, without rowid;

create table alert (
  id text primary key,
  rule_id text not null,
  rule_version integer not null,
  rule_name text not null,
  kind text not null,
  point_id text not null,
  enterprise_id text not null,
  severity text not null check (severity in ('P1', 'P2', 'P3', 'P4')),
  state text not null check (state in ('active', 'cleared', 'closed')),
  acknowledged_by text,
  acknowledged_at integer,
  acknowledged_note text,
  assignee text,
  shelved_until integer,
  raised_at integer not null,
  cleared_at integer,
  value real,
  limit_value real,
  late integer not null check (late in (0, 1)),
  recalculated integer not null check (recalculated in (0, 1)),
  changed_at integer not null
) strict;
create index alert_newest on alert (raised_at desc, id desc);
create index alert_newest_of_enterprise on alert (enterprise_id, raised_at desc, id desc);
create index alert_newest_of_point on alert (point_id, raised_at desc, id desc);
create index alert_open on alert (severity, enterprise_id) where state <> 'closed';
create index alert_changed on alert (changed_at);

create table alert_event (
  id integer primary key,
  alert_id text not null references alert (id),
  at integer not null,
  by text not null,
  action text not null check (
    action in ('raised', 'cleared', 'acknowledged', 'assigned', 'comment', 'shelved', 'closed')
  ),
  note text not null
) strict;
create index alert_event_by_alert on alert_event (alert_id, id);

create table outbox (
  id integer primary key,
  alert_id text not null references alert (id),
  transition text not null check (transition in ('raised', 'cleared')),
  at integer not null,
  created_at integer not null,
  delivered_at integer,
  unique (alert_id, transition)
) strict;
create index outbox_waiting on outbox (id) where delivered_at is null;

create table engine (
  id integer primary key check (id = 1),
  sequence integer not null,
  segment integer not null,
  byte_offset integer not null,
  up_ms real not null,
  last_tick_at integer,
  quarantine_bytes integer not null
) strict;
insert into engine values (1, 0, 0, 0, 0, null, 0);

create table heard (
  point_id text primary key,
  heard_up_ms real not null
) strict, without rowid;
create trigger point_forgotten after delete on point begin
  delete from heard where point_id = old.id;
end;

create table book (
  enterprise_id text primary key,
  received integer not null,
  stored integer not null,
  duplicate integer not null,
  overwritten integer not null,
  quarantined integer not null,
  rejected integer not null
) strict, without rowid;

create table quarantine (
  id integer primary key autoincrement,
  received_at integer not null,
  source text not null,
  enterprise_id text,
  device_id text,
  topic text not null,
  reason text not null,
  detail text not null,
  count integer not null,
  bytes integer not null,
  payload blob not null
) strict;
create index quarantine_by_enterprise on quarantine (enterprise_id, id);
create index quarantine_by_age on quarantine (received_at);
create trigger quarantine_grown after insert on quarantine begin
  update engine set quarantine_bytes = quarantine_bytes + new.bytes;
end;
create trigger quarantine_shrunk after delete on quarantine begin
  update engine set quarantine_bytes = quarantine_bytes - old.bytes;
end;

create table audit (
  id integer primary key autoincrement,
  at integer not null,
  actor text not null,
  address text not null,
  action text not null,
  object text not null,
  enterprise_id text,
  result text not null check (result in ('ok', 'denied', 'failed')),
  detail text not null,
  hash text not null
) strict;
create index audit_by_enterprise on audit (enterprise_id, id);
create trigger audit_not_changed before update on audit begin
  select raise(abort, 'the audit log is append-only');
end;
create trigger audit_not_deleted before delete on audit begin
  select raise(abort, 'the audit log is append-only');
end;

create table watch_target (
  id text primary key,
  kind text not null check (kind in ('hourlyMean', 'nightFlow', 'demand')),
  point_id text not null references point (id) on delete cascade,
  limit_value real not null,
  title text not null,
  source text not null,
  effective_from integer not null,
  status text not null check (status in ('verified', 'secondary', 'unverified'))
) strict;

create table setting (
  name text primary key,
  value text not null
) strict, without rowid;
`;
