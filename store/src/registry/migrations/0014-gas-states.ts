/** Pressure and temperature of the gas that a meter counts in its working state, from an instant on (null = ever). */
export const gasStates = `
create table point_gas_state (
  point_id text not null references point (id) on delete cascade,
  position integer not null,
  valid_from integer,
  gauge_kpa real not null check (gauge_kpa > -101.325),
  celsius real not null check (celsius > -273.15),
  primary key (point_id, position)
) strict, without rowid;
`;
