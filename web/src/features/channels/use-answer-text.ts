import { useTranslation } from "react-i18next";
import { answerWords } from "./answer-words.ts";

/** What a receiver answered, in words; as it came where there are none. */
export function useAnswerText(): (detail: string) => string {
  const { t } = useTranslation();
  return (detail) => {
    const words = answerWords(detail);
    return words === null ? detail : t(`channels.answer.${words.key}`, { n: words.n, code: words.code });
  };
}
