/**
 * Orders to devices. They outlive device, meter and owner, which are those of the moment they were given: history of an
 * enterprise stays with it. `number` is their order.
 */
export const commands = `
create table command (
  number integer primary key,
  id text not null unique,
  device_id text not null,
  enterprise_id text not null,
  meter_id text not null,
  name text not null,
  params text not null,
  state text not null
    check (state in ('accepted', 'sent', 'delivered', 'executed', 'failed', 'expired', 'cancelled')),
  created_at integer not null,
  created_by text not null,
  expires_at integer not null,
  sent_at integer,
  delivered_at integer,
  ended_at integer,
  answered_at integer,
  answer_detail text not null,
  answer_result text
) strict;
create index command_owner on command (enterprise_id, number);
create index command_device on command (device_id, number);
create index command_open on command (expires_at) where state in ('accepted', 'sent', 'delivered');
create index command_waiting on command (device_id, meter_id, number) where state = 'accepted';
`;
