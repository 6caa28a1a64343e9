import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Asked } from "./asking";
import { QueryBox } from "./query-box";

// Every text can be read; completion offers `user:` for the word that begins at the fifth character, once: then the server is slow.
const offer = (...texts: string[]) => ({ items: texts.map((text) => ({ kind: "field", text, label: { ja: text, en: text }, from: 5, to: 6 })) });
let completion = offer("user:");
let late = false;
vi.mock("../../api/hooks", () => ({
  useAsk: (path: string) => path.endsWith("/reading") ? { data: { reading: { explanation: { ja: "", en: "" } } }, isPlaceholderData: false } : { data: completion, isPlaceholderData: late },
}));

const asked = (q: string): Asked => ({ q, kinds: [], from: "", to: "", subject: "", of: "" });
const box = () => screen.getByRole<HTMLInputElement>("combobox");
const type = (text: string) => fireEvent.change(box(), { target: { value: text } });
const rest = () => act(() => vi.advanceTimersByTime(400));

beforeEach(() => { late = false; completion = offer("user:"); vi.useFakeTimers(); });
afterEach(() => { cleanup(); vi.useRealTimers(); });

it("keeps what was typed while the search before it was on its way into the address", () => {
  const search = vi.fn();
  const page = render(<QueryBox asked={asked("")} onSearch={search} />);
  type("tana");
  rest();
  expect(search).toHaveBeenCalledWith("tana");
  type("tanaka");
  page.rerender(<QueryBox asked={asked("tana")} onSearch={search} />);
  expect(box().value).toBe("tanaka");
  rest();
  expect(search).toHaveBeenLastCalledWith("tanaka");
});

it("shows what a click elsewhere asks for, and does not search it again", () => {
  const search = vi.fn();
  const page = render(<QueryBox asked={asked("")} onSearch={search} />);
  type("tana");
  rest();
  page.rerender(<QueryBox asked={asked("tana")} onSearch={search} />);
  page.rerender(<QueryBox asked={asked("tana action:usb-copy")} onSearch={search} />);
  expect(box().value).toBe("tana action:usb-copy");
  page.rerender(<QueryBox asked={asked("")} onSearch={search} />);
  expect(box().value).toBe("");
  rest();
  expect(search).toHaveBeenCalledTimes(1);
});

it("takes a completion that was offered a letter ago for the word as it stands now", () => {
  late = true;
  render(<QueryBox asked={asked("")} onSearch={() => undefined} />);
  type("tana us");
  fireEvent.keyDown(box(), { key: "ArrowDown" });
  fireEvent.keyDown(box(), { key: "Enter" });
  expect(box().value).toBe("tana user:");
});

it("keeps the mark on the choice it was set on when the list changes under it, and drops it when that is gone", () => {
  completion = offer("user:", "usb:", "url:");
  const search = vi.fn();
  const page = render(<QueryBox asked={asked("")} onSearch={search} />);
  type("tana u");
  fireEvent.keyDown(box(), { key: "ArrowDown" });
  fireEvent.keyDown(box(), { key: "ArrowDown" });
  const marked = () => screen.queryByRole("option", { selected: true })?.textContent;
  expect(marked()).toBe("usb:");
  completion = offer("unit:", "user:", "url:", "usb:");
  page.rerender(<QueryBox asked={asked("")} onSearch={search} />);
  expect(marked()).toBe("usb:");
  expect(document.getElementById(box().getAttribute("aria-activedescendant") ?? "")?.textContent).toBe("usb:");
  completion = offer("unit:", "user:");
  page.rerender(<QueryBox asked={asked("")} onSearch={search} />);
  expect(marked()).toBeUndefined();
  expect(box().hasAttribute("aria-activedescendant")).toBe(false);
  completion = offer("usb:");
  page.rerender(<QueryBox asked={asked("")} onSearch={search} />);
  expect(marked()).toBeUndefined();
  fireEvent.keyDown(box(), { key: "ArrowUp" });
  fireEvent.keyDown(box(), { key: "Enter" });
  expect(box().value).toBe("tana usb:");
});

it("goes round at both ends of the list", () => {
  completion = offer("user:", "usb:", "url:");
  render(<QueryBox asked={asked("")} onSearch={() => undefined} />);
  type("tana u");
  const marked = () => screen.queryByRole("option", { selected: true })?.textContent;
  fireEvent.keyDown(box(), { key: "ArrowUp" });
  expect(marked()).toBe("url:");
  fireEvent.keyDown(box(), { key: "ArrowDown" });
  expect(marked()).toBe("user:");
  fireEvent.keyDown(box(), { key: "ArrowUp" });
  expect(marked()).toBe("url:");
});
