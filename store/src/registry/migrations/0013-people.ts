/** What a person is called, when they signed in and chose their password, the passwords before it; what was cut off the audit log. */
export const people = `
alter table user add column name text;
alter table user add column last_sign_in_at integer;
-- null = before this was kept
alter table user add column password_changed_at integer;

-- Hashes of passwords that were replaced, so that they are not chosen again; the newest few of each person.
create table former_password (
  id integer primary key autoincrement,
  user_id text not null references user (id) on delete cascade,
  password_hash text not null
) strict;
create index former_password_of on former_password (user_id, id);

-- Entries up to 'entry' were cut off the audit log when they were old enough; 'hash' is the last one's, on which the rest stands.
create table audit_cut (
  entry integer primary key,
  hash text not null,
  cut_at integer not null
) strict;
create trigger audit_cut_not_changed before update on audit_cut begin
  select raise(abort, 'cuts of the audit log are append-only');
end;
create trigger audit_cut_not_deleted before delete on audit_cut begin
  select raise(abort, 'cuts of the audit log are append-only');
end;
drop trigger audit_not_deleted;
create trigger audit_not_deleted before delete on audit
when old.id > coalesce((select max(entry) from audit_cut), 0) begin
  select raise(abort, 'the audit log is append-only');
end;
`;
