/** What people enter so that readings become figures. Days and months are text as the park's calendar names them. */
export const figureInputs = `
create table regulated_version (
  id text primary key,
  body text not null,
  entered_by text not null,
  entered_at integer not null
) strict;

create table regulated_confirmation (
  version_id text primary key,
  by text not null,
  at integer not null,
  document_number text not null
) strict;

create table tariff_contract (
  enterprise_id text not null references enterprise (id) on delete cascade,
  effective_from text not null,
  electricity text,
  demand_mode text not null check (demand_mode in ('interval', 'sliding')),
  billing_day integer not null check (billing_day between 1 and 28),
  water_price text,
  note text not null,
  primary key (enterprise_id, effective_from)
) strict, without rowid;

create table settlement_meter (
  id text primary key,
  place text not null,
  kind text not null,
  meter_id text not null references meter (id),
  effective_from text not null,
  effective_to text check (effective_to > effective_from)
) strict;
create index settlement_meter_by_meter on settlement_meter (meter_id);

create table supplier_bill (
  enterprise_id text not null references enterprise (id) on delete cascade,
  kind text not null,
  month text not null,
  amount real,
  amount_by_period text not null,
  max_demand_kw real,
  power_factor real,
  yuan real,
  causes text not null,
  entered_by text not null,
  entered_at integer not null,
  primary key (enterprise_id, kind, month)
) strict, without rowid;

-- Rows are only added: the newest of an item and period is in force, the ones before it are its history.
create table activity_input (
  id integer primary key,
  enterprise_id text references enterprise (id) on delete cascade,
  item text not null,
  period text not null,
  value real not null,
  unit text not null,
  source text not null,
  entered_by text not null,
  entered_at integer not null
) strict;
create index activity_input_by_item on activity_input (enterprise_id, item, period);

create table quota (
  id text primary key,
  enterprise_id text references enterprise (id) on delete cascade,
  medium text not null,
  day_from text not null,
  day_to text not null check (day_to > day_from),
  value real not null,
  unit text not null,
  source text not null,
  status text not null check (status in ('verified', 'secondary', 'unverified'))
) strict;

create table virtual_meter (
  id text primary key,
  name text not null,
  enterprise_id text references enterprise (id) on delete cascade,
  kind text not null,
  terms text not null
) strict;

create table register_change (
  point_id text not null references point (id) on delete cascade,
  at integer not null,
  end_reading real,
  start_reading real,
  modulus real,
  primary key (point_id, at)
) strict, without rowid;

create table point_multiplier (
  point_id text not null references point (id) on delete cascade,
  position integer not null,
  valid_from integer,
  value real not null check (value > 0),
  primary key (point_id, position)
) strict, without rowid;

create table month_closing (
  enterprise_id text not null references enterprise (id),
  month text not null,
  version integer not null,
  closed_by text not null,
  closed_at integer not null,
  figures text not null,
  hash text not null,
  reopened_by text,
  reopened_at integer,
  reopen_reason text,
  primary key (enterprise_id, month, version)
) strict, without rowid;
`;
