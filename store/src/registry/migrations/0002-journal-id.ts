/** Which journal the position counts in; null until the first batch after this step, which takes over its journal's id. */
export const journalId = `
alter table engine add column journal_id text;
`;
