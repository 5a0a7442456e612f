/**
 * Rules that cover points by what they are; rules judged from figures; maintenance windows; alerts that a window keeps
 * quiet, that repeat, or that carry photos.
 */
export const alertLifecycle = `
alter table alert_rule add column covers text;
alter table alert_rule add column template text;
create index alert_rule_covering on alert_rule (kind) where covers is not null;

-- Where a rule on figures stands: the end of the newest period that was judged, and each subject's state (JSON).
create table figure_rule_run (
  rule_id text primary key references alert_rule (id) on delete cascade,
  judged_to integer not null
) strict, without rowid;
create table figure_rule_state (
  rule_id text not null references alert_rule (id) on delete cascade,
  subject text not null,
  state text not null,
  primary key (rule_id, subject)
) strict, without rowid;

alter table alert add column subject text;
alter table alert add column unit text;
-- The window in which it was raised, as it was then; it is announced when the window ends and it still stands.
alter table alert add column window_id text;
alter table alert add column window_kind text;
alter table alert add column window_reason text;
alter table alert add column window_to integer;
alter table alert add column announced_at integer;
-- The first alert of a row of repeats, its own id when it is that one; and which of the row it is, from 1.
alter table alert add column group_id text;
alter table alert add column repeat_number integer not null default 1;
create index alert_quiet on alert (window_to) where window_to is not null and announced_at is null and state = 'active';
create index alert_of_rule on alert (rule_id, point_id, raised_at desc);
create index alert_of_group on alert (group_id, raised_at desc) where group_id is not null;

create table maintenance_window (
  id text primary key,
  from_at integer not null,
  to_at integer not null,
  kind text not null check (kind in ('maintenance', 'stopped')),
  reason text not null,
  created_by text not null,
  created_at integer not null,
  check (from_at < to_at)
) strict;
create table maintenance_target (
  window_id text not null references maintenance_window (id) on delete cascade,
  kind text not null check (kind in ('enterprise', 'meter', 'point')),
  target text not null,
  primary key (window_id, kind, target)
) strict, without rowid;
create index maintenance_target_of on maintenance_target (kind, target);

-- Actions are the domain's list; a comment may carry a photo.
create table alert_event_new (
  id integer primary key,
  alert_id text not null references alert (id),
  at integer not null,
  by text not null,
  action text not null,
  note text not null,
  photo_id text
) strict;
insert into alert_event_new (id, alert_id, at, by, action, note)
  select id, alert_id, at, by, action, note from alert_event;
drop table alert_event;
alter table alert_event_new rename to alert_event;
create index alert_event_by_alert on alert_event (alert_id, id);

create table alert_photo (
  id text primary key,
  alert_id text not null references alert (id),
  type text not null,
  bytes integer not null,
  sha256 text not null
) strict;
create index alert_photo_of_alert on alert_photo (alert_id);
`;
