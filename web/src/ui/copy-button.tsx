import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button.tsx";
import { toast } from "./toast.tsx";

/** Puts a text on the clipboard; where the browser forbids it, says so and the text stays to be marked. */
export function CopyButton({ text, label }: { text: string; label: string }): ReactNode {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  const copy = (): void => {
    void write(text).then((isDone) => {
      setIsCopied(isDone);
      toast(isDone ? t("action.copied") : t("action.copyDenied"), isDone ? "done" : "failed");
    });
  };
  return (
    <Button isSmall aria-label={isCopied ? undefined : label} onClick={copy}>
      {isCopied ? t("action.copiedMark") : t("action.copy")}
    </Button>
  );
}

/** Plain HTTP pages have no clipboard at all. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
