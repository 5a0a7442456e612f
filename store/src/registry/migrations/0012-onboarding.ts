/** Devices that join by their first message. */
export const onboarding = `
create table onboarding_token (
  id text primary key,
  name text not null,
  secret_hash text not null unique,
  created_at integer not null,
  created_by text not null,
  expires_at integer
) strict;

-- Their messages stand in quarantine as unapproved_device; kept and kept_bytes count those.
create table waiting_device (
  id text primary key,
  state text not null check (state in ('waiting', 'approved', 'refused')),
  first_at integer not null,
  last_at integer not null,
  messages integer not null,
  kept integer not null,
  kept_bytes integer not null,
  approved_at integer
) strict;
create index quarantine_waiting on quarantine (device_id, id) where reason = 'unapproved_device';
`;
