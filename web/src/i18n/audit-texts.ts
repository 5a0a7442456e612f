import { addChannelTexts } from "./channel-texts.ts";
import { addFigureTexts } from "./figure-texts.ts";
import { addPeopleTexts } from "./people-texts.ts";
import { addRuleTexts } from "./rule-texts.ts";
import { addWallTexts } from "./wall-texts.ts";

/** Adds the Chinese texts of the audit log, with those of whatever its entries tell codes of. */
export function addAuditTexts(): void {
  for (const add of [addPeopleTexts, addFigureTexts, addRuleTexts, addChannelTexts, addWallTexts]) add();
}
