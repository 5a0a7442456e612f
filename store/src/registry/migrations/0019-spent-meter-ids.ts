/**
 * Ids of removed meters whose enterprise was deleted. Readings, alerts and the audit log bear them for as long as these are
 * kept: nobody else may be given their past.
 */
export const spentMeterIds = `
create table spent_meter_id (
  id text primary key
) strict;
`;
