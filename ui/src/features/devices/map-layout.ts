/**
 * Where each device stands on the map. Sites are blocks; inside a block devices stand in rows by their distance from the
 * top of the network. Computed, not simulated: the same network is drawn the same way each time, and nothing overlaps.
 */
import type { MapData } from "../../api/contract";

export const CELL = { width: 130, height: 86 };
const GAP = { x: 70, y: 90 };

export interface Point {
  x: number;
  y: number;
}

/** Steps from the top along "hangs on"; a ring in the data ends the count instead of the program. */
export function depths(data: MapData): Map<number, number> {
  const up = new Map<number, number[]>();
  for (const edge of data.edges) up.set(edge.from, [...(up.get(edge.from) ?? []), edge.to]);
  const known = new Map<number, number>();
  const depth = (id: number, path: ReadonlySet<number>): number => {
    const found = known.get(id);
    if (found !== undefined) return found;
    const above = (up.get(id) ?? []).filter((one) => !path.has(one));
    const here = above.length === 0 ? 0 : 1 + Math.min(...above.map((one) => depth(one, new Set([...path, id]))));
    known.set(id, here);
    return here;
  };
  for (const node of data.nodes) depth(node.id, new Set());
  return known;
}

/** `aspect` is the width of the picture over its height. */
export function layOut(data: MapData, aspect = 2): Map<number, Point> {
  const depth = depths(data);
  const blocks = new Map<string, MapData["nodes"]>();
  for (const node of data.nodes) {
    const key = String(node.site ?? "");
    blocks.set(key, [...(blocks.get(key) ?? []), node]);
  }
  const top = (nodes: MapData["nodes"]) => Math.min(...nodes.map((node) => depth.get(node.id) ?? 0));
  const ordered = [...blocks.values()].sort((a, b) => top(a) - top(b) || b.length - a.length);
  const columns = Math.max(2, Math.ceil(Math.sqrt(Math.max(...ordered.map((nodes) => nodes.length), 1) * 1.6)));
  const rowsOf = (nodes: MapData["nodes"]) => {
    const rows: MapData["nodes"][] = [];
    for (const level of [...new Set(nodes.map((node) => depth.get(node.id) ?? 0))].sort((a, b) => a - b)) {
      const same = nodes.filter((node) => (depth.get(node.id) ?? 0) === level);
      for (let start = 0; start < same.length; start += columns) rows.push(same.slice(start, start + columns));
    }
    return { rows, width: Math.max(...rows.map((row) => row.length)) * CELL.width, height: rows.length * CELL.height };
  };
  const drawn = ordered.map(rowsOf);
  const area = drawn.reduce((sum, block) => sum + (block.width + GAP.x) * (block.height + GAP.y), 0);
  const band = Math.max(...drawn.map((block) => block.width), Math.sqrt(area * aspect));

  const places = new Map<number, Point>();
  let x = 0;
  let y = 0;
  let tallest = 0;
  for (const { rows, width, height } of drawn) {
    if (x > 0 && x + width > band) {
      x = 0;
      y += tallest + GAP.y;
      tallest = 0;
    }
    rows.forEach((row, line) => row.forEach((node, index) => places.set(node.id, { x: x + (width - row.length * CELL.width) / 2 + (index + 0.5) * CELL.width, y: y + (line + 0.5) * CELL.height })));
    x += width + GAP.x;
    tallest = Math.max(tallest, height);
  }
  return places;
}
