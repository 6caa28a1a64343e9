import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { SeverityBadge } from "./badge";
import { Button } from "./button";
import { ClockFace } from "./clock-face";
import { Combobox } from "./combobox";
import { DateTimeField } from "./date-time";
import { TextField } from "./field";
import { QrCode } from "./qr";
import { DataTable } from "./table";
import { Tabs } from "./tabs";

beforeAll(() => {
  vi.stubGlobal("ResizeObserver", class { observe() {} unobserve() {} disconnect() {} });
});
afterEach(cleanup);

describe("Field", () => {
  it("ties hint and fault to the control", () => {
    render(<TextField label="名前" hint="漢字で" error="必要です" required value="" onText={() => undefined} />);
    const input = screen.getByRole("textbox", { name: /名前/ });
    expect(input.getAttribute("aria-invalid")).toBe("true");
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent);
    expect(described).toEqual(["漢字で", "＊必要です"]);
  });
});

describe("Button", () => {
  it("does nothing while busy, but keeps the focus", () => {
    const run = vi.fn();
    render(<Button busy onClick={run}>保存する</Button>);
    const button = screen.getByRole("button");
    fireEvent.click(button);
    expect(run).not.toHaveBeenCalled();
    expect((button as HTMLButtonElement).disabled).toBe(false);
    expect(button.getAttribute("aria-busy")).toBe("true");
  });
});

describe("SeverityBadge", () => {
  it("says an unknown severity as it is", () => {
    render(<SeverityBadge severity="apocalyptic" />);
    expect(screen.getByText("apocalyptic")).toBeTruthy();
  });
});

describe("Combobox", () => {
  const choices = [{ value: "1", label: "本庁舎" }, { value: "2", label: "図書館" }];
  it("is worked by the keyboard alone", () => {
    const choose = vi.fn();
    render(<Combobox label="拠点" value={null} choices={choices} onQuery={() => undefined} onChoose={choose} />);
    const input = screen.getByRole("combobox");
    fireEvent.keyDown(input, { key: "ArrowDown" });
    fireEvent.keyDown(input, { key: "ArrowDown" });
    expect(document.getElementById(input.getAttribute("aria-activedescendant") ?? "")?.textContent).toBe("図書館");
    fireEvent.keyDown(input, { key: "Enter" });
    expect(choose).toHaveBeenCalledWith(choices[1]);
    expect(input.getAttribute("aria-expanded")).toBe("false");
  });
  it("keeps the mark on its choice when the list changes under it, and drops it when that is gone", () => {
    const choose = vi.fn();
    const list = (...names: string[]) => <Combobox label="拠点" value={null} choices={names.map((label) => ({ value: label, label }))} onQuery={() => undefined} onChoose={choose} />;
    const page = render(list("本庁舎", "図書館", "体育館"));
    const input = screen.getByRole("combobox");
    const marked = () => screen.queryByRole("option", { selected: true })?.textContent;
    fireEvent.keyDown(input, { key: "ArrowDown" });
    fireEvent.keyDown(input, { key: "ArrowDown" });
    page.rerender(list("市民会館", "本庁舎", "体育館", "図書館"));
    expect(marked()).toBe("図書館");
    page.rerender(list("市民会館"));
    expect(marked()).toBeUndefined();
    fireEvent.keyDown(input, { key: "Enter" });
    expect(choose).not.toHaveBeenCalled();
    page.rerender(list("図書館"));
    expect(marked()).toBeUndefined();
    fireEvent.change(input, { target: { value: "市" } });
    page.rerender(list("市民会館", "市場"));
    expect(marked()).toBe("市民会館");
    fireEvent.keyDown(input, { key: "Enter" });
    expect(choose.mock.calls).toEqual([[{ value: "市民会館", label: "市民会館" }]]);
  });
  it("takes a whole name that was written and left, if only one is called so", () => {
    const people = [{ value: "1", label: "山﨑 太郎" }, { value: "2", label: "髙橋 恵子" }, { value: "3", label: "鈴木 一郎" }, { value: "4", label: "鈴木 一郎" }];
    const choose = vi.fn();
    render(<Combobox label="人" value={null} choices={people} onQuery={() => undefined} onChoose={choose} />);
    const input = screen.getByRole("combobox");
    for (const text of ["髙橋", "鈴木 一郎", "髙橋恵子"]) {
      fireEvent.change(input, { target: { value: text } });
      fireEvent.blur(input);
    }
    expect(choose.mock.calls).toEqual([[people[1]]]);
  });
  it("does not take the Enter that ends a kana conversion", () => {
    const choose = vi.fn();
    render(<Combobox label="拠点" value={null} choices={choices} onQuery={() => undefined} onChoose={choose} />);
    const input = screen.getByRole("combobox");
    fireEvent.keyDown(input, { key: "ArrowDown" });
    fireEvent.keyDown(input, { key: "Enter", isComposing: true });
    expect(choose).not.toHaveBeenCalled();
  });
});

describe("Tabs", () => {
  it("move by arrows and go round", () => {
    const change = vi.fn();
    render(<Tabs label="x" value="b" onChange={change} tabs={[{ id: "a", label: "A" }, { id: "b", label: "B" }]}>body</Tabs>);
    fireEvent.keyDown(screen.getByRole("tab", { name: "B" }), { key: "ArrowRight" });
    expect(change).toHaveBeenCalledWith("a");
    expect(screen.getByRole("tab", { name: "A" }).tabIndex).toBe(-1);
  });
});

describe("DataTable", () => {
  const rows = [{ id: 1, name: "あ" }, { id: 2, name: "い" }];
  const columns = [{ id: "name", header: "名前", sortable: true, cell: (row: (typeof rows)[number]) => row.name }];
  it("asks the server to sort, the other way round the second time", () => {
    const sort = vi.fn();
    const { rerender } = render(<DataTable short caption="x" columns={columns} rows={rows} rowKey={(row) => row.id} sort="id" onSort={sort} />);
    fireEvent.click(screen.getByRole("button", { name: /名前/ }));
    expect(sort).toHaveBeenLastCalledWith("name");
    rerender(<DataTable short caption="x" columns={columns} rows={rows} rowKey={(row) => row.id} sort="name" onSort={sort} />);
    expect(screen.getByRole("columnheader").getAttribute("aria-sort")).toBe("ascending");
    fireEvent.click(screen.getByRole("button", { name: /名前/ }));
    expect(sort).toHaveBeenLastCalledWith("-name");
  });
  it("asks for more only while there is more", () => {
    const more = vi.fn();
    const { rerender } = render(<DataTable short caption="x" columns={columns} rows={rows} rowKey={(row) => row.id} hasMore={false} onMore={more} />);
    expect(more).not.toHaveBeenCalled();
    rerender(<DataTable short caption="x" columns={columns} rows={rows} rowKey={(row) => row.id} hasMore onMore={more} />);
    expect(more).toHaveBeenCalledOnce();
  });
});

describe("ClockFace", () => {
  const face = (due: number, extra: object = {}) => <ClockFace label="第一報" state="running" startedAt={new Date(Date.now() - 600_000).toISOString()} dueAt={new Date(Date.now() + due).toISOString()} {...extra} />;
  it("counts down", () => {
    vi.useFakeTimers({ now: Math.ceil(Date.now() / 1000) * 1000 });
    render(face(90_000));
    act(() => void vi.advanceTimersByTime(31_000));
    expect(screen.getByText(/残り 5\d 秒/, { selector: "[aria-hidden]" })).toBeTruthy();
    vi.useRealTimers();
  });
  it("says by how much it is over", () => {
    vi.useFakeTimers({ now: Math.ceil(Date.now() / 1000) * 1000 });
    render(face(-120_000));
    expect(screen.getByText(/2 分.*超過/, { selector: "[aria-hidden]" })).toBeTruthy();
    vi.useRealTimers();
  });
  it("has no deadline to show while paused", () => {
    render(<ClockFace label="部品" state="paused" startedAt="2026-01-01T00:00:00Z" dueAt="" />);
    expect(screen.getByText("一時停止中")).toBeTruthy();
    expect(screen.queryByText(/期限/)).toBeNull();
  });
  it("does not count a stopped clock on", () => {
    render(face(-5_000_000, { state: "met", stoppedAt: "2026-01-01T00:00:00Z" }));
    expect(screen.getByText("期限内に完了")).toBeTruthy();
  });
});

describe("DateTimeField", () => {
  it("shows the era of the day", () => {
    render(<DateTimeField label="開始" value={{ day: "2026-11-21", time: "10:00" }} onChange={() => undefined} />);
    expect(screen.getByText("令和8年11月21日(土)")).toBeTruthy();
  });
});

describe("QrCode", () => {
  it("draws three finder patterns' worth of modules and is named", () => {
    render(<QrCode text="otpauth://totp/x?secret=ABC" />);
    const drawn = screen.getByRole("img").querySelector("path")?.getAttribute("d") ?? "";
    expect((drawn.match(/M/g) ?? []).length).toBeGreaterThan(200);
  });
});
