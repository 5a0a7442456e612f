/**
 * Records of what was found at enterprises. They outlive the meter they name. `state` follows from the steps and is kept
 * for looking up.
 */
export const inspections = `
create table inspection (
  number integer primary key,
  id text not null unique,
  enterprise_id text not null references enterprise (id),
  meter_id text,
  at integer not null,
  topic text not null check (topic in ('outlet', 'treatment', 'monitoring', 'waste', 'energy', 'water', 'other')),
  finding text not null,
  due_on text,
  state text not null check (state in ('noted', 'open', 'rectified', 'closed')),
  created_by text not null,
  created_at integer not null
) strict;
create index inspection_owner on inspection (enterprise_id, at, id);
create index inspection_at on inspection (at, id);
create index inspection_open on inspection (due_on) where state = 'open';

create table inspection_step (
  inspection integer not null references inspection (number),
  position integer not null,
  kind text not null check (kind in ('rectified', 'accepted', 'rejected')),
  note text not null,
  by text not null,
  at integer not null,
  primary key (inspection, position)
) strict, without rowid;
`;
