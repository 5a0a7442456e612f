/**
 * Remarks about stretches of time. One stays its owner's when its meter changes hands, and outlives the meter; a deleted
 * one can be brought back for a day.
 */
export const annotations = `
create table annotation (
  id text primary key,
  enterprise_id text references enterprise (id) on delete cascade,
  meter_id text,
  from_at integer not null,
  to_at integer not null,
  tag text not null check (tag in ('maintenance', 'production', 'weather', 'data', 'other')),
  text text not null,
  side text not null check (side in ('park', 'enterprise')),
  created_by text not null,
  created_at integer not null,
  changed_by text,
  changed_at integer,
  deleted_at integer,
  check (from_at <= to_at),
  check (meter_id is null or enterprise_id is not null)
) strict;
create index annotation_owner on annotation (enterprise_id, from_at);
create index annotation_deleted on annotation (deleted_at) where deleted_at is not null;
`;
