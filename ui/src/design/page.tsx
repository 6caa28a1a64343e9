import { Fragment, useEffect, useId, useRef, type ReactNode } from "react";
import { Link } from "wouter";
import { useWords } from "../i18n/words";
import { Icon } from "./icon";
import { designWords } from "./words";

export interface Crumb {
  label: string;
  href?: string;
}

export function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
  const t = useWords(designWords);
  return (
    <nav aria-label={t("path")}>
      <ol className="text-dns-14N-130 flex flex-wrap items-center gap-x-1 gap-y-1">
        {crumbs.map((crumb, index) => (
          <li key={index} className="flex items-center gap-1">
            {index > 0 && <Icon name="next" className="size-3.5 text-solid-gray-600" />}
            {crumb.href ? <Link href={crumb.href}>{crumb.label}</Link> : <span aria-current="page">{crumb.label}</span>}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** One h1 a page. It takes the focus when the page is opened, so that a reader starts there and not in the menu. */
export function PageHeader({ title, crumbs, lead, actions, badge }: { title: string; crumbs?: readonly Crumb[]; lead?: ReactNode; actions?: ReactNode; badge?: ReactNode }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} | Yagura`;
  }, [title]);
  useEffect(() => {
    ref.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className="mb-5 flex flex-col gap-2">
      {crumbs && <Breadcrumb crumbs={[...crumbs, { label: title }]} />}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 ref={ref} tabIndex={-1} className="text-std-24B-150 md:text-std-28B-150 outline-none! shadow-none!">{title}</h1>
        {badge}
        {actions && <div className="ms-auto flex flex-wrap gap-2">{actions}</div>}
      </div>
      {lead && <div className="max-w-200 text-solid-gray-800">{lead}</div>}
    </div>
  );
}

export function Panel({ title, actions, children, flush, className = "", count }: { title: string; actions?: ReactNode; children: ReactNode; flush?: boolean; className?: string; count?: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={`min-w-0 rounded-12 border border-solid-gray-200 bg-white ${className}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-3 pb-2">
        <h2 id={id} className="text-std-18B-160">{title}</h2>
        {count}
        {actions && <div className="ms-auto flex flex-wrap gap-2">{actions}</div>}
      </div>
      <div className={flush ? "" : "px-4 pb-4"}>{children}</div>
    </section>
  );
}

/** Label and value pairs. */
export function Facts({ facts, columns = 2 }: { facts: readonly (readonly [string, ReactNode])[]; columns?: 1 | 2 | 3 }) {
  const grid = columns === 3 ? "xl:grid-cols-3" : "";
  return (
    <dl className={`grid gap-x-6 gap-y-3 ${columns === 1 ? "" : "grid-cols-2"} ${grid}`}>
      {facts.map(([label, value], index) => (
        <div key={index} className="min-w-0">
          <dt className="text-dns-14N-130 text-solid-gray-700">{label}</dt>
          <dd className="min-h-6">{value === null || value === undefined || value === "" ? <span className="text-solid-gray-600">—</span> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Figure({ label, value, unit, href, tone = "text-solid-gray-900" }: { label: string; value: ReactNode; unit?: string; href: string; tone?: string }) {
  return (
    <Link href={href} className="plain-link group flex flex-col rounded-12 border border-solid-gray-200 bg-white px-4 py-3 hover:border-key-900">
      <span className="text-dns-14N-130 text-solid-gray-700 group-hover:underline">{label}</span>
      <span className={`tabular text-std-28B-150 ${tone}`}>{value}<span className="text-dns-16N-130 ms-1 text-solid-gray-700">{unit}</span></span>
    </Link>
  );
}

export function Code({ children }: { children: ReactNode }) {
  return <code className="rounded-4 bg-solid-gray-50 px-1 font-mono text-[0.94em]">{children}</code>;
}

/** Joined by a comma for the reader, laid out as a list. */
export function Joined({ items }: { items: readonly ReactNode[] }) {
  return <>{items.map((item, index) => <Fragment key={index}>{index > 0 && "、"}{item}</Fragment>)}</>;
}
