/** How a channel fares is looked up, however long its log is. A success of before this keeps '' as its channel. */
export const channelHealth = `
alter table delivery_attempt add column channel_id text not null default '';
update delivery_attempt set channel_id = (select channel_id from delivery where delivery.id = delivery_id)
  where is_ok = 0;
create index attempt_failed on delivery_attempt (channel_id, id) where is_ok = 0;
create index delivery_sent on delivery (channel_id, ended_at) where state = 'sent';
`;
