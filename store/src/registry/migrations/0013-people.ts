/** What a person is called, when they signed in and when they chose their password. */
export const people = `
alter table user add column name text;
alter table user add column last_sign_in_at integer;
-- null = before this was kept
alter table user add column password_changed_at integer;
`;
