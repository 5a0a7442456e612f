/** Passwords that somebody had before, as hashes, so that they do not come again; and what finds a person's audit entries. */
export const formerPasswords = `
create table former_password (
  id integer primary key,
  user_id text not null references user (id) on delete cascade,
  password_hash text not null
) strict;
create index former_password_by_user on former_password (user_id, id);

create index audit_by_actor on audit (actor, id);
create index audit_by_object on audit (object, id);
`;
