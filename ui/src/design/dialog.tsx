import { useEffect, useId, useRef, type FormEvent, type ReactNode } from "react";
import { useWords } from "../i18n/words";
import { Button, IconButton, type ButtonKind } from "./button";
import { designWords } from "./words";

/**
 * The browser's own modal dialog: it holds the focus, gives it back, and closes on Escape. Mounted only while open, so
 * that what was typed is gone when it is closed.
 */
export function Dialog({ title, onClose, children, wide }: { title: string; onClose: () => void; children: ReactNode; wide?: boolean }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const t = useWords(designWords);
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || dialog.open) return;
    dialog.showModal();
    // The browser would choose the close button; what the person came for is the first field, or else the text.
    (dialog.querySelector<HTMLElement>("[data-body] :is(input,select,textarea):not([readonly],[hidden])") ?? dialog.querySelector<HTMLElement>("[data-body]"))?.focus();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => { event.preventDefault(); onClose(); }}
      className={`max-h-[92dvh] w-[calc(100%-1.5rem)] ${wide ? "max-w-240" : "max-w-152"} overflow-auto rounded-12 bg-white p-0 text-solid-gray-900 shadow-4`}
    >
      <div className="sticky top-0 z-10 flex items-start gap-2 border-b border-solid-gray-200 bg-white py-2 ps-5 pe-2">
        <h2 id={id} className="text-std-20B-150 grow py-2">{title}</h2>
        <IconButton icon="close" label={t("close")} onClick={onClose} />
      </div>
      <div data-body tabIndex={-1} className="px-5 py-4 outline-none! shadow-none!">{children}</div>
    </dialog>
  );
}

/** A dialog that is a form: what the button does is written on it. */
export function FormDialog({ title, submit, kind = "main", busy, onSubmit, onClose, children, wide, disabled }: {
  title: string; submit: string; kind?: ButtonKind; busy?: boolean; disabled?: boolean; onSubmit: () => void; onClose: () => void; children: ReactNode; wide?: boolean;
}) {
  const t = useWords(designWords);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) onSubmit();
  };
  return (
    <Dialog title={title} onClose={onClose} {...(wide ? { wide } : {})}>
      <form onSubmit={send} className="flex flex-col gap-4">
        {children}
        <div className="flex flex-wrap justify-end gap-3 pt-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" kind={kind} busy={busy ?? false} disabled={disabled}>{submit}</Button>
        </div>
      </form>
    </Dialog>
  );
}
