import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockServer } from "./dev/plugin.ts";

/** With YAGURA_SERVER=https://localhost:8443 the screens talk to a real server; without it, to the mock in dev/. */
const server = process.env["YAGURA_SERVER"];

export default defineConfig({
  plugins: [react(), tailwindcss(), ...(server ? [] : [mockServer()])],
  server: server ? { proxy: { "/api": { target: server, secure: false } } } : {},
  build: {
    target: "es2022",
    sourcemap: false,
    // A data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  test: { include: ["src/**/*.test.{ts,tsx}", "dev/*.test.ts"], environment: "jsdom", globals: false },
});
