/** The fields of a change that are really given; an explicit undefined changes nothing. */
export const definedFields = <T extends object>(change: T): T =>
  // Dropping undefined fields of an object of optional fields leaves the same type.
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as T;
