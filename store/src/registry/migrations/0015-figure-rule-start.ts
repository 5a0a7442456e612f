/** From when on a rule on figures judges: nothing before it is judged again. 0 = it began before this was kept. */
export const figureRuleStart = `
alter table figure_rule_run add column judged_from integer not null default 0;
`;
