/**
 * Screens that show the park without anybody signed in. The link opens one once and leaves `secret_hash`; a wall that was
 * revoked keeps it, so that the screen can say what became of it.
 */
export const walls = `
create table wall (
  id text primary key,
  name text not null,
  settings text not null,
  created_at integer not null,
  created_by text not null,
  expires_at integer not null,
  link_hash text unique,
  secret_hash text unique,
  opened_at integer,
  revoked_at integer,
  last_seen_at integer,
  last_address text,
  last_build text
) strict;
`;
