/** Days (ISO, Japan) for so many orders, so many a day, without Saturdays and Sundays. A proposal: the server judges deadlines. */
export function spread(first: string, count: number, perDay: number): string[] {
  const start = Date.parse(`${first}T00:00:00Z`);
  if (Number.isNaN(start)) return [];
  const out: string[] = [];
  for (let at = start; out.length < count; at += 86_400_000) {
    const weekday = new Date(at).getUTCDay();
    if (weekday === 0 || weekday === 6) continue;
    for (let i = 0; i < perDay && out.length < count; i++) out.push(new Date(at).toISOString().slice(0, 10));
  }
  return out;
}
