/**
 * Meters and devices that were made from one file. The devices' secrets are made when they are downloaded, once;
 * `secret_hash` is what the device was made with, so that one which was rotated meanwhile keeps its new secret.
 */
export const deviceImports = `
create table device_import (
  id text primary key,
  at integer not null,
  by text not null,
  meters integer not null,
  issued_at integer
) strict;
create table device_import_entry (
  import_id text not null references device_import (id) on delete cascade,
  device_id text not null references device (id) on delete cascade,
  secret_hash text not null,
  primary key (import_id, device_id)
) strict, without rowid;
create index device_import_entry_by_device on device_import_entry (device_id);
`;
