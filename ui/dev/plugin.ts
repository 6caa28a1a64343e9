/** Puts the invented server into `npm run dev` and `npm run preview`. Preview also sends the real content security policy. */
import type { Connect, Plugin } from "vite";
import { answer } from "./server.ts";

export const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export function mockServer(): Plugin {
  const middleware: Connect.NextHandleFunction = (request, response, next) => {
    answer(request, response).then((done) => done || next(), next);
  };
  return {
    name: "yagura-invented-server",
    configureServer: (server) => void server.middlewares.use(middleware),
    configurePreviewServer: (server) =>
      void server.middlewares.use((request, response, next) => {
        response.setHeader("Content-Security-Policy", POLICY);
        middleware(request, response, next);
      }),
  };
}
