/** What a rule learns over weeks changes once an hour; beside `memory`, which changes with each reading, it is written only then. */
export const learnt = `alter table rule_state add column learnt text;`;
