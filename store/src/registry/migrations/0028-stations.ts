/** HJ 212 stations are devices that name themselves by an MN. */
export const stations = `
alter table device add column mn text;
create unique index device_mn on device (mn) where mn is not null;
`;
