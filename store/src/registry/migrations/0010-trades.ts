/** The trade (行业) of an enterprise, a code of GB/T 4754, for figures by trade; null = not entered. */
export const trades = `
alter table enterprise add column trade text;
`;
