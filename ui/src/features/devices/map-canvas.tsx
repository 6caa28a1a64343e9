/** Cytoscape's canvas. Loaded with the map page only; a pointer's way in, the table beside it is everybody's. */
import cytoscape, { type Core, type ElementDefinition } from "cytoscape";
import { useEffect, useRef } from "react";
import type { MapData } from "../../api/contract";
import { Button } from "../../design/button";
import { useWords } from "../../i18n/words";
import { layOut } from "./map-layout";
import { deviceWords } from "./words";

const FILL: Record<string, string> = { up: "#e6f5ec", down: "#ce0000", unreachable: "#ffd43d", unknown: "#f2f2f2", silenced: "#cccccc", disabled: "#ffffff" };
const LINE: Record<string, string> = { up: "#197a4b", down: "#850000", unreachable: "#806300", unknown: "#626264", silenced: "#4d4d4d", disabled: "#999999" };
// Shape as well as colour, for eyes that do not tell red from green.
const SHAPE: Record<string, string> = { up: "ellipse", down: "diamond", unreachable: "triangle", unknown: "ellipse", silenced: "round-rectangle", disabled: "ellipse" };

function elements(data: MapData, aspect: number): ElementDefinition[] {
  const known = new Set(data.nodes.map((node) => node.id));
  const sites = new Map<number, string>();
  for (const node of data.nodes) if (node.site != null) sites.set(node.site, node.site_name ?? "");
  const boxed = sites.size > 1;
  const places = layOut(data, aspect);
  return [
    ...(boxed ? [...sites].map(([id, name]) => ({ data: { id: `s${id}`, label: name }, classes: "site" })) : []),
    ...data.nodes.map((node) => ({ data: { id: `d${node.id}`, label: node.name, state: node.state, ...(boxed && node.site != null ? { parent: `s${node.site}` } : {}) }, position: places.get(node.id) ?? { x: 0, y: 0 }, classes: "device" })),
    ...data.edges.filter((edge) => known.has(edge.from) && known.has(edge.to)).map((edge) => ({ data: { id: `e${edge.from}-${edge.to}`, source: `d${edge.to}`, target: `d${edge.from}` } })),
  ];
}

export function MapCanvas({ data, chosen, onChoose }: { data: MapData; chosen: number | null; onChoose: (id: number | null) => void }) {
  const t = useWords(deviceWords);
  const box = useRef<HTMLDivElement>(null);
  const core = useRef<Core | null>(null);
  // Only a change of who hangs on whom lays the picture out anew; a change of state repaints in place.
  const shape = `${data.nodes.map((node) => node.id).join()}|${data.edges.map((edge) => `${edge.from}-${edge.to}`).join()}`;
  const latest = useRef({ data, onChoose });
  latest.current = { data, onChoose };

  useEffect(() => {
    if (!box.current) return;
    const state = (table: Record<string, string>) => (node: { data: (key: string) => string }) => table[node.data("state")] ?? table["unknown"] ?? "#fff";
    const cy = cytoscape({
      container: box.current,
      elements: elements(latest.current.data, box.current.clientWidth / Math.max(1, box.current.clientHeight)),
      wheelSensitivity: 0.3,
      minZoom: 0.1,
      maxZoom: 3,
      style: [
        { selector: ".device", style: { label: "data(label)", "font-size": 12, "font-family": '"Noto Sans JP","Noto Sans CJK JP","BIZ UDPGothic",sans-serif', "text-valign": "bottom", "text-margin-y": 4, "text-max-width": "120px", "text-wrap": "wrap", width: 30, height: 30, "border-width": 3, "background-color": state(FILL), "border-color": state(LINE), shape: state(SHAPE) as never } },
        { selector: ".site", style: { label: "data(label)", "font-size": 18, "font-weight": "bold", "font-family": '"Noto Sans JP","Noto Sans CJK JP","BIZ UDPGothic",sans-serif', "text-valign": "top", "text-margin-y": -4, "background-color": "#f0f9ff", "border-color": "#97d3ff", "border-width": 1, padding: "18px", shape: "round-rectangle" } },
        { selector: "edge", style: { width: 2, "line-color": "#767676", "curve-style": "bezier" } },
        { selector: ".device:selected", style: { "border-width": 6, "border-color": "#0017c1" } },
      ],
      layout: { name: "preset", padding: 30 },
    });
    cy.on("tap", (event) => {
      const target = event.target as { id?: () => string; hasClass?: (name: string) => boolean };
      latest.current.onChoose(target !== (cy as unknown) && target.hasClass?.("device") ? Number(target.id?.().slice(1)) : null);
    });
    core.current = cy;
    return () => {
      core.current = null;
      cy.destroy();
    };
  }, [shape]);

  useEffect(() => {
    core.current?.batch(() => {
      for (const node of data.nodes) core.current?.getElementById(`d${node.id}`).data("state", node.state);
    });
  }, [data]);

  useEffect(() => {
    core.current?.elements(".device").unselect();
    if (chosen !== null) core.current?.getElementById(`d${chosen}`).select();
  }, [chosen]);

  const zoom = (factor: number) => {
    const cy = core.current;
    if (cy) cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  };
  return (
    <div className="flex flex-col-reverse">
      <div ref={box} aria-hidden="true" className="h-[55dvh] min-h-80 w-full" />
      <div className="flex flex-wrap justify-end gap-2 border-b border-solid-gray-200 p-2">
        <Button small onClick={() => zoom(1.3)}>{t("zoomIn")}</Button>
        <Button small onClick={() => zoom(1 / 1.3)}>{t("zoomOut")}</Button>
        <Button small onClick={() => core.current?.fit(undefined, 30)}>{t("fit")}</Button>
      </div>
    </div>
  );
}
