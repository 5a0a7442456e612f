import { enteredFuels, meteredCarriers } from "@smart-park/core";
import i18next, { type TFunction } from "i18next";
import { describe, expect, it } from "vitest";
import en from "../i18n/en.json";
import zhFigures from "../i18n/zh-figures.json";
import zh from "../i18n/zh.json";
import { carrierName, denominatorName, enteredName, isDeduction } from "./carrier-names.ts";

const textsOf = async (language: string, texts: object): Promise<TFunction> => {
  const instance = i18next.createInstance();
  await instance.init({ lng: language, resources: { [language]: { translation: texts } } });
  return instance.t;
};

const sold = meteredCarriers.map(({ kind }) => `sold.${kind}`);
const names = [
  ...meteredCarriers.map(({ kind }) => kind),
  ...sold,
  ...enteredFuels.map(({ name }) => `fuel.${name}`),
  ...["pvSelfUse", "clinker", "electricityExport"],
];

describe("names of what energy and carbon are made of", () => {
  it("are words in both languages, for all that an answer can name", async () => {
    const [chinese, english] = [await textsOf("zh", { ...zh, ...zhFigures }), await textsOf("en", en)];
    for (const name of names) {
      expect(carrierName(chinese, name), name).toMatch(/^[A-Z0-9]*\p{Script=Han}/u);
      expect(carrierName(english, name), name).toMatch(/^[A-Z][A-Za-z ,]+$/);
    }
    expect(new Set(names.map((name) => carrierName(english, name))).size).toBe(names.length);
    expect(carrierName(chinese, "electricityExport")).toBe("上网电量");
  });

  it("are as entered for a fuel or product that only who entered it knows", async () => {
    const english = await textsOf("en", en);
    expect(carrierName(english, "fuel.peat")).toBe("peat");
    expect(denominatorName(english, "product.cement")).toBe("Per product cement");
    expect(denominatorName(english, "addedValue")).toBe("Per added value");
    expect(enteredName(english, "product.cement")).toBe("Output of cement");
    expect(enteredName(english, "fuel.lpg")).toBe(carrierName(english, "fuel.lpg"));
  });

  it("tell what would lower a total", () => {
    expect(names.filter(isDeduction)).toEqual([...sold, "electricityExport"]);
  });
});
