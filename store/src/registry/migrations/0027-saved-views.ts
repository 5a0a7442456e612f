/** Named addresses of pages, each of one person; shared ones are seen by the people of the park. */
export const savedViews = `
create table saved_view (
  id text primary key,
  user_id text not null references user (id) on delete cascade,
  name text not null,
  path text not null,
  is_shared integer not null check (is_shared in (0, 1)),
  created_at integer not null
) strict;
create index saved_view_owner on saved_view (user_id);
`;
