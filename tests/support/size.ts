/** True in the nightly run, in which tests have their full size. */
export const isNightly = process.env.PARK_TEST_SIZE === "nightly";

/** The size for every change, or the one for the night (`npm run test:nightly`). */
export const sized = <T>(always: T, nightly: T): T => (isNightly ? nightly : always);

/** The first row of a table for every change, all of them at night. */
export const firstByDay = <T>(rows: readonly T[]): readonly T[] => sized(rows.slice(0, 1), rows);
