import { TextField } from "../../design/field";
import { useWords } from "../../i18n/words";
import { signInWords } from "./words";

export const PASSWORD_MIN = 12;

/** A new password twice; faults show once there is something to judge. */
export function NewPassword({ value, again, onValue, onAgain, fault, label }: { label?: string; value: string; again: string; onValue: (text: string) => void; onAgain: (text: string) => void; fault?: string | undefined }) {
  const t = useWords(signInWords);
  const short = value !== "" && again !== "" && [...value].length < PASSWORD_MIN;
  return (
    <>
      <TextField type="password" label={label ?? t("password")} hint={t("passwordHint")} value={value} onText={onValue} required autoComplete="new-password" error={fault ?? (short ? t("passwordShort", { n: [...value].length }) : null)} />
      <TextField type="password" label={t("passwordAgain")} value={again} onText={onAgain} required autoComplete="new-password" error={again !== "" && again !== value ? t("passwordDiffers") : null} />
    </>
  );
}
export const passwordReady = (value: string, again: string) => value === again && [...value].length >= PASSWORD_MIN;
