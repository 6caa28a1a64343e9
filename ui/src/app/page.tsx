import { lazy, useState, type ComponentType } from "react";

interface Pending {
  path: RegExp;
  load: () => Promise<unknown>;
  heavy: boolean;
}
const pages: Pending[] = [];

/**
 * A page whose code is fetched when it is needed. One that is there already is shown at once: React holds back for 300 ms
 * what replaces a “loading” that it has just shown, so that showing none is the quicker way.
 * path: which addresses show it, for `preload`. heavy: it is fetched only when it is opened.
 */
export function page<Props extends object>(path: RegExp, fetchCode: () => Promise<{ default: ComponentType<Props> }>, heavy = false): ComponentType<Props> {
  let ready: ComponentType<Props> | undefined;
  const load = async () => {
    const code = await fetchCode();
    ready = code.default;
    return code;
  };
  pages.push({ path, load, heavy });
  const Later = lazy(load) as unknown as ComponentType<Props>;
  return function Page(props: Props) {
    const [Shown] = useState<ComponentType<Props>>(() => ready ?? Later); // one that changed would begin anew
    return <Shown {...props} />;
  };
}

/** Fetches the page of an address; what cannot be fetched is told when it is to be shown. */
export async function preload(path: string): Promise<void> {
  const wanted = pages.filter((one) => one.path.test(path));
  await Promise.all(wanted.map((one) => one.load().catch(() => undefined)));
}

/** Fetches the others one after the other while nothing else is to be done. */
export function preloadRest(): void {
  const idle = (then: () => void) => (typeof requestIdleCallback === "function" ? requestIdleCallback(then) : setTimeout(then, 200));
  const light = pages.filter((one) => !one.heavy);
  const next = (at: number) => {
    const one = light[at];
    if (one) void one.load().catch(() => undefined).then(() => idle(() => next(at + 1)));
  };
  setTimeout(() => idle(() => next(0)), 2000);
}
