import { describe, expect, it } from "vitest";
import type { MapData } from "../../api/contract";
import { CELL, depths, layOut } from "./map-layout";

const network = (count: number, sites: number): MapData => ({
  nodes: Array.from({ length: count }, (_, id) => ({ id, name: `d${id}`, state: "up" as const, site: id % sites })),
  edges: Array.from({ length: Math.max(0, count - 1) }, (_, index) => ({ from: index + 1, to: Math.floor(index / 8) })),
});

describe("map layout", () => {
  it.each([[1, 1], [60, 8], [400, 3], [1500, 90]])("of %d devices in %d sites puts none over another", (count, sites) => {
    const places = [...layOut(network(count, sites)).values()].sort((a, b) => a.y - b.y || a.x - b.x);
    expect(places).toHaveLength(count);
    for (let index = 1; index < places.length; index++) {
      const [a, b] = [places[index - 1]!, places[index]!];
      expect(Math.abs(a.y - b.y) > 1 || b.x - a.x >= CELL.width - 1).toBe(true);
    }
  });
  it("is the same each time", () => expect(layOut(network(60, 8))).toEqual(layOut(network(60, 8))));
  it("ends on a ring", () => {
    const ring: MapData = { nodes: [1, 2, 3].map((id) => ({ id, name: "", state: "up" as const })), edges: [{ from: 1, to: 2 }, { from: 2, to: 3 }, { from: 3, to: 1 }] };
    expect(depths(ring).size).toBe(3);
    expect(layOut(ring).size).toBe(3);
  });
  it("counts from the top, and an upstream that is not shown does not hide a device", () => {
    const data: MapData = { nodes: [{ id: 1, name: "", state: "up" }, { id: 2, name: "", state: "up" }], edges: [{ from: 2, to: 1 }, { from: 1, to: 99 }] };
    expect(depths(data).get(2)).toBe((depths(data).get(1) ?? 0) + 1);
  });
});
