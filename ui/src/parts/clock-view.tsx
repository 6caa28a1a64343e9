import type { Clock } from "../api/contract";
import { ClockFace } from "../design/clock-face";
import { useName } from "../i18n/words";

export function ClockView({ clock, label, compact }: { clock: Clock; label?: string; compact?: boolean }) {
  const name = useName();
  return <ClockFace label={label ?? name(clock.name)} state={clock.state} startedAt={clock.started ?? ""} dueAt={clock.due ?? ""} warnAt={clock.warn_at} stoppedAt={clock.stopped} reasonMissing={clock.reason_missing ?? false} {...(compact ? { compact } : {})} />;
}
