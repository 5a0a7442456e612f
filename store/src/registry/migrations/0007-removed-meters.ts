/**
 * A meter that was removed is kept as it was: what it counted stays in past totals, and the settlement entries that it had
 * outlive it.
 */
export const removedMeters = `
create table removed_meter (
  id text primary key,
  enterprise_id text not null references enterprise (id) on delete cascade,
  removed_at integer not null,
  body text not null
) strict;

create table settlement_meter_new (
  id text primary key,
  place text not null,
  kind text not null,
  meter_id text not null,
  effective_from text not null,
  effective_to text check (effective_to > effective_from)
) strict;
insert into settlement_meter_new select id, place, kind, meter_id, effective_from, effective_to from settlement_meter;
drop table settlement_meter;
alter table settlement_meter_new rename to settlement_meter;
create index settlement_meter_by_meter on settlement_meter (meter_id);
`;
