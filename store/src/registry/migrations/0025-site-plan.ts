/** The park's ground, and where meters stand on it: metres from its left and upper edge. */
export const sitePlan = `
create table site_plan (
  id integer primary key check (id = 1),
  width_m real not null,
  height_m real not null,
  shapes text not null
) strict;
create table meter_place (
  meter_id text primary key references meter (id) on delete cascade,
  x real not null,
  y real not null
) strict;
`;
