/** A meter of a device that came from another enterprise: what was measured before belongs to somebody else. Null = ever. */
export const movedDevices = `
alter table meter add column begins_at integer;
`;
