/**
 * Rules of more kinds than two: the list of kinds is the domain's, checked when a rule is read. What a kind keeps between
 * two readings, and where its earlier level stands, is JSON beside the phase.
 */
export const ruleKinds = `
alter table alert_rule add column rule_kind text not null default '';
update alert_rule set rule_kind = kind;
alter table alert_rule drop column kind;
alter table alert_rule rename column rule_kind to kind;
alter table rule_state add column memory text;
`;
