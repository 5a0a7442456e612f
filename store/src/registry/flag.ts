/** SQLite has no boolean. */
export type Flag = 0 | 1;
export const toFlag = (is: boolean): Flag => (is ? 1 : 0);
