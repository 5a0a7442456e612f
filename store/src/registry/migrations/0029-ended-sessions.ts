/** Sessions that ended with their account, for as long as they could have lasted: an open page is told why. */
export const endedSessions = `
create table ended_session (
  secret_hash text primary key,
  ended_at integer not null
) strict;
`;
