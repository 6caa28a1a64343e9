import qrcode from "qrcode-generator";
import { useMemo } from "react";
import { useWords } from "../i18n/words";
import { designWords } from "./words";

/** Drawn on this machine: the secret inside must not travel to an image service. */
export function QrCode({ text }: { text: string }) {
  const t = useWords(designWords);
  const { path, size } = useMemo(() => {
    const code = qrcode(0, "M");
    code.addData(text);
    code.make();
    const count = code.getModuleCount();
    let d = "";
    for (let y = 0; y < count; y++) for (let x = 0; x < count; x++) if (code.isDark(y, x)) d += `M${x + 4} ${y + 4}h1v1h-1z`;
    return { path: d, size: count + 8 };
  }, [text]);
  return (
    <svg role="img" aria-label={t("qr")} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" className="size-52 border border-solid-gray-300 bg-white">
      <path d={path} fill="#000" />
    </svg>
  );
}
