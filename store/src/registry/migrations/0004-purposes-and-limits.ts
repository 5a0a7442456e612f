/** What a meter's use is for; bounds, decimals and reference oxygen of limits; limits of daily means. */
export const purposesAndLimits = `
alter table meter add column purpose text;

create table watch_target_new (
  id text primary key,
  kind text not null check (kind in ('hourlyMean', 'dailyMean', 'nightFlow', 'demand')),
  point_id text not null references point (id) on delete cascade,
  limit_value real not null,
  lower_limit real,
  decimals integer,
  reference_oxygen real,
  title text not null,
  source text not null,
  effective_from integer not null,
  status text not null check (status in ('verified', 'secondary', 'unverified'))
) strict;
insert into watch_target_new (id, kind, point_id, limit_value, title, source, effective_from, status)
  select id, kind, point_id, limit_value, title, source, effective_from, status from watch_target;
drop table watch_target;
alter table watch_target_new rename to watch_target;
`;
