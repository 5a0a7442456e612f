import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import zh from "../i18n/zh.json";
import { complaintOf } from "./form-complaints.ts";

describe("why a form cannot be sent", () => {
  const instance = i18next.createInstance();
  beforeAll(() => instance.init({ lng: "zh", resources: { zh: { translation: zh } } }));

  it("is said in the page's language, with what the box allows", () => {
    const { t } = instance;
    expect(complaintOf(t, { valueMissing: true, patternMismatch: true }, {})).toBe("请填写此项");
    expect(complaintOf(t, { patternMismatch: true }, { title: "1 至 48 个字母" })).toBe("1 至 48 个字母");
    expect(complaintOf(t, { tooShort: true }, { minLength: 12 })).toBe("至少 12 个字符");
    expect(complaintOf(t, { rangeUnderflow: true }, { min: "1" })).toBe("不能小于 1");
    expect(complaintOf(t, { rangeOverflow: true }, { max: "28" })).toBe("不能大于 28");
    expect(complaintOf(t, { badInput: true }, {})).toBe("请填写数字");
    expect(complaintOf(t, {}, {})).toBeNull();
  });
});
