import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiProblem } from "../api/client";
import { LanguageProvider } from "../i18n/words";
import { App } from "./app";
import { CrashBarrier } from "./crash-barrier";
import "./main.css";
import { NoticesProvider } from "./notices";
import { preload, preloadRest } from "./page";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal will be refused again; only a passing fault is worth a second try.
      retry: (count, fault) => count < 2 && fault instanceof ApiProblem && (fault.status === 0 || fault.status >= 502),
      refetchOnWindowFocus: true,
    },
  },
});

const root = document.getElementById("root");
if (root) {
  void preload(location.pathname).then(() => createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LanguageProvider>
          <CrashBarrier>
            <NoticesProvider>
              <App />
            </NoticesProvider>
          </CrashBarrier>
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  ));
  preloadRest();
}
