/**
 * The log also keeps tests of channels, which belong to no alert. Tries are copied before the old log goes: they go with
 * their delivery.
 */
export const channelTests = `
create table delivery_new (
  id integer primary key,
  key text not null unique,
  alert_id text references alert (id),
  -- Whose alert or channel it was; null = a test of a channel of the park.
  enterprise_id text,
  kind text not null check (kind in ('raised', 'cleared', 'escalated', 'test')),
  channel_id text not null,
  address text not null,
  -- A test that was not taken has failed: nobody missed an alert, so it is no dead letter.
  state text not null check (state in ('waiting', 'sent', 'failed', 'dead', 'cancelled')),
  waits_for text not null check (waits_for in ('turn', 'quiet', 'retry', 'escalation')),
  next_at integer not null,
  due_since integer not null,
  group_key text,
  attempts integer not null,
  created_at integer not null,
  ended_at integer,
  detail text not null,
  -- Who pressed the button of a test.
  asked_by text,
  check (kind = 'test' and alert_id is null and asked_by is not null and state in ('sent', 'failed')
    or kind <> 'test' and alert_id is not null and enterprise_id is not null and asked_by is null and state <> 'failed')
) strict;
insert into delivery_new select id, key, alert_id, enterprise_id, kind, channel_id, address, state, waits_for, next_at,
  due_since, group_key, attempts, created_at, ended_at, detail, null from delivery;

create table delivery_attempt_new (
  id integer primary key,
  delivery_id integer not null references delivery_new (id) on delete cascade,
  channel_id text not null,
  at integer not null,
  took_ms real not null,
  is_ok integer not null check (is_ok in (0, 1)),
  detail text not null
) strict;
insert into delivery_attempt_new select id, delivery_id, channel_id, at, took_ms, is_ok, detail from delivery_attempt;

drop table delivery_attempt;
drop table delivery;
alter table delivery_new rename to delivery;
alter table delivery_attempt_new rename to delivery_attempt;

create index delivery_waiting on delivery (channel_id, address, next_at) where state = 'waiting';
create index delivery_of_alert on delivery (alert_id);
create index delivery_of_enterprise on delivery (enterprise_id, id);
create index delivery_of_channel on delivery (channel_id, state, id);
create index delivery_sent on delivery (channel_id, ended_at) where state = 'sent';
create index attempt_of_delivery on delivery_attempt (delivery_id, id);
create index attempt_failed on delivery_attempt (channel_id, id) where is_ok = 0;
`;
