import { expect, it } from "vitest";
import { scaled } from "./units";

it.each([[1_234_567, "bit/s", "1.23 Mbit/s"], [999, "bit/s", "999 bit/s"], [1000, "B", "1 kB"], [0, "bit/s", "0 bit/s"], [-2.5e9, "bit/s", "-2.50 Gbit/s"], [91.26, "%", "91.3 %"], [12_000, "ms", "12000 ms"], [100, "", "100"]])("%d %s", (value, unit, words) => expect(scaled(value, unit)).toBe(words));
