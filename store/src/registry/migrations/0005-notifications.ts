/** Ways out, who listens on them, and what is on its way. */
export const notifications = `
create table channel (
  id text primary key,
  name text not null,
  enterprise_id text references enterprise (id) on delete cascade,
  language text not null check (language in ('zh', 'en')),
  is_enabled integer not null check (is_enabled in (0, 1)),
  settings text not null,
  -- Sealed under the key beside the database.
  secrets text not null,
  secret_names text not null
) strict;

create table subscription (
  id text primary key,
  user_id text references user (id) on delete cascade,
  role text,
  channel_id text not null references channel (id) on delete cascade,
  address text not null,
  severities text not null,
  enterprise_ids text,
  quiet_from integer,
  quiet_to integer,
  wants_cleared integer not null check (wants_cleared in (0, 1)),
  escalate_after_minutes integer,
  is_enabled integer not null check (is_enabled in (0, 1)),
  check ((user_id is null) <> (role is null))
) strict;
create index subscription_of_user on subscription (user_id);

-- One alert transition for one receiver. Rows outlive their channel: they are the log.
create table delivery (
  id integer primary key,
  key text not null unique,
  alert_id text not null references alert (id),
  enterprise_id text not null,
  kind text not null check (kind in ('raised', 'cleared', 'escalated')),
  channel_id text not null,
  address text not null,
  state text not null check (state in ('waiting', 'sent', 'dead', 'cancelled')),
  waits_for text not null check (waits_for in ('turn', 'quiet', 'retry', 'escalation')),
  next_at integer not null,
  due_since integer not null,
  group_key text,
  attempts integer not null,
  created_at integer not null,
  ended_at integer,
  detail text not null
) strict;
create index delivery_waiting on delivery (channel_id, address, next_at) where state = 'waiting';
create index delivery_of_alert on delivery (alert_id);
create index delivery_of_enterprise on delivery (enterprise_id, id);
create index delivery_of_channel on delivery (channel_id, state, id);

create table delivery_attempt (
  id integer primary key,
  delivery_id integer not null references delivery (id) on delete cascade,
  at integer not null,
  took_ms real not null,
  is_ok integer not null check (is_ok in (0, 1)),
  detail text not null
) strict;
create index attempt_of_delivery on delivery_attempt (delivery_id, id);
`;
