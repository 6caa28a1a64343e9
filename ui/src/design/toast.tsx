import { Button, IconButton } from "./button";
import { Icon } from "./icon";

export interface ToastMessage {
  id: number;
  tone: "ok" | "error" | "info";
  text: string;
  action?: { label: string; run: () => void };
}

/** Two live regions that always exist: a reader announces only what is added to a region it already knows. */
export function Toasts({ messages, onClose, closeLabel }: { messages: readonly ToastMessage[]; onClose: (id: number) => void; closeLabel: string }) {
  const show = (tone: (message: ToastMessage) => boolean) =>
    messages.filter(tone).map((message) => (
      <div key={message.id} className={`pointer-events-auto flex items-center gap-3 rounded-8 border-2 bg-white py-1 ps-3 pe-1 shadow-3 ${message.tone === "error" ? "border-error-1" : message.tone === "ok" ? "border-green-800" : "border-key-900"}`}>
        <Icon name={message.tone === "error" ? "alert" : message.tone === "ok" ? "check" : "info"} />
        <span className="grow">{message.text}</span>
        {message.action && <Button small kind="quiet" onClick={() => { message.action?.run(); onClose(message.id); }}>{message.action.label}</Button>}
        <IconButton icon="close" label={closeLabel} onClick={() => onClose(message.id)} />
      </div>
    ));
  return (
    <div className="pointer-events-none fixed inset-x-3 bottom-20 z-50 flex flex-col gap-2 md:inset-x-auto md:end-6 md:bottom-6 md:w-104">
      <div role="alert" className="flex flex-col gap-2">{show((message) => message.tone === "error")}</div>
      <div role="status" className="flex flex-col gap-2">{show((message) => message.tone !== "error")}</div>
    </div>
  );
}
