import { Button } from "../../design/button";
import { useWords } from "../../i18n/words";
import { signInWords } from "./words";

/** In place of the password: the browser of a PC in the city's domain proves by itself who sits there. */
export function CityPc({ busy, onPress }: { busy: boolean; onPress: () => void }) {
  const t = useWords(signInWords);
  return (
    <section aria-labelledby="city-pc" className="flex flex-col gap-2">
      <p id="city-pc" className="text-dns-14N-130 text-solid-gray-700">{t("cityPcLead")}</p>
      <Button busy={busy} onClick={onPress}>{t("cityPc")}</Button>
    </section>
  );
}
