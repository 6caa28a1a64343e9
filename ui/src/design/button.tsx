import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { Link } from "wouter";
import { Icon, type IconName } from "./icon";

export type ButtonKind = "main" | "plain" | "quiet" | "danger";

const BASE =
  "inline-flex items-center justify-center gap-2 rounded-8 min-h-11 px-4 py-1.5 text-oln-16B-100 leading-130 font-bold cursor-pointer select-none transition-colors md:whitespace-nowrap aria-disabled:cursor-not-allowed disabled:cursor-not-allowed";
const SMALL = "min-h-9 px-3 py-1 text-oln-14B-100 leading-130";
const KINDS: Record<ButtonKind, string> = {
  main: "bg-key-900 text-white border border-transparent hover:bg-key-1000 active:bg-key-1200 disabled:bg-solid-gray-300 disabled:text-solid-gray-50",
  plain: "bg-white text-key-900 border border-current hover:bg-key-200 active:bg-key-300 disabled:text-solid-gray-420 disabled:bg-white",
  quiet: "text-key-900 underline underline-offset-3 hover:bg-key-50 active:bg-key-100 disabled:text-solid-gray-420",
  danger: "bg-red-900 text-white border border-transparent hover:bg-red-1000 active:bg-red-1200 disabled:bg-solid-gray-300",
};

interface Look {
  kind?: ButtonKind;
  small?: boolean;
  icon?: IconName;
}
const look = ({ kind = "plain", small }: Look, extra = "") => `${BASE} ${small ? SMALL : ""} ${KINDS[kind]} ${extra}`;

/** `busy` keeps the button focusable and says so, instead of vanishing under the reader's cursor. */
export function Button({
  kind, small, icon, busy, className, children, type = "button", ref, onClick, ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & Look & { busy?: boolean; ref?: Ref<HTMLButtonElement> }) {
  return (
    <button
      ref={ref}
      type={type}
      className={look({ kind, small } as Look, `${busy ? "opacity-70" : ""} ${className ?? ""}`)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {busy ? <Spinner /> : icon ? <Icon name={icon} className="size-4.5" /> : null}
      {children}
    </button>
  );
}

export function LinkButton({ href, kind, small, icon, className, children }: Look & { href: string; className?: string; children: ReactNode }) {
  return (
    <Link href={href} className={look({ kind, small } as Look, `no-underline ${className ?? ""}`)}>
      {icon ? <Icon name={icon} className="size-4.5" /> : null}
      {children}
    </Link>
  );
}

/** A file the server makes: an ordinary link, so that the browser's own download works. */
export function DownloadLink({ href, children, kind, small, name }: Look & { href: string; children: ReactNode; name?: string }) {
  return (
    <a href={href} download={name ?? ""} className={look({ kind, small } as Look, "no-underline")}>
      <Icon name="download" className="size-4.5" />
      {children}
    </a>
  );
}

export function IconButton({ icon, label, className = "", ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { icon: IconName; label: string }) {
  return (
    <button type="button" aria-label={label} title={label} className={`grid size-11 cursor-pointer place-items-center rounded-8 hover:bg-key-100 ${className}`} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

export function Spinner() {
  return <span aria-hidden="true" className="inline-block size-4 animate-spin rounded-full border-2 border-current border-t-transparent" />;
}
