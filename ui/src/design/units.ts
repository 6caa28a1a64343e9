/** 1,234,567 bit/s → 1.23 Mbit/s. Prefixes only for units that are counted in thousands. */
export function scaled(value: number, unit: string): string {
  const small = (number: number) => (Math.abs(number) >= 100 ? number.toFixed(0) : Math.abs(number) >= 10 ? number.toFixed(1) : number.toFixed(2)).replace(/\.0+$/, "");
  if (!/^(bit|bps|B|byte|octet|pps|packet)/.test(unit)) return `${small(value)} ${unit}`.trim();
  const steps: [number, string][] = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];
  const step = steps.find(([size]) => Math.abs(value) >= size);
  return step ? `${small(value / step[0])} ${step[1]}${unit}` : `${small(value)} ${unit}`;
}
