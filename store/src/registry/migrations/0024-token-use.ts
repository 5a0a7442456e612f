/** When a program last came with a token, so that one that nobody needs any more shows. */
export const tokenUse = `
alter table token add column last_used_at integer;
`;
