import type { TFunction } from "i18next";

type Box = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
type Faults = Partial<Omit<ValidityState, "valid" | "customError">>;
/** What a box allows, as its attributes say. */
interface BoxBounds {
  readonly title?: string;
  readonly min?: string;
  readonly max?: string;
  readonly minLength?: number;
}

/** Why a form cannot be sent because of one box; null where nothing is known to be wrong. */
export function complaintOf(t: TFunction, faults: Faults, bounds: BoxBounds): string | null {
  const { title = "", min = "", max = "", minLength = 0 } = bounds;
  if (faults.valueMissing) return t("form.missing");
  if (faults.badInput) return t("form.number");
  if (faults.patternMismatch) return title === "" ? t("form.pattern") : title;
  if (faults.typeMismatch) return t("form.pattern");
  if (faults.tooShort) return t("form.tooShort", { n: minLength });
  if (faults.rangeUnderflow) return t("form.tooSmall", { min });
  if (faults.rangeOverflow) return t("form.tooLarge", { max });
  return faults.stepMismatch ? t("form.step") : null;
}

const isBox = (target: EventTarget | null): target is Box =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;

/**
 * Says in the page's language why a form cannot be sent: the browser says it in its own, which need not be the page's.
 * What a page says of a box itself is left alone.
 */
export function speakOfForms(t: TFunction): void {
  const said = new Set<Box>();
  // What was said holds until something is done: a box may be right again without having been typed into.
  const forget = (): void => {
    for (const box of said) box.setCustomValidity("");
    said.clear();
  };
  document.addEventListener(
    "invalid",
    (event) => {
      const box = event.target;
      if (!isBox(box) || box.validity.customError) return;
      const words = complaintOf(t, box.validity, box);
      if (words === null) return;
      box.setCustomValidity(words);
      said.add(box);
    },
    true,
  );
  for (const kind of ["input", "change", "click", "keydown"] as const) document.addEventListener(kind, forget, true);
}
