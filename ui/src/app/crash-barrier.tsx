import { Component, type ReactNode } from "react";
import { Button } from "../design/button";
import { ErrorState } from "../design/states";
import { useWords } from "../i18n/words";
import { appWords } from "./words";

function Crashed({ fault }: { fault: Error }) {
  const t = useWords(appWords);
  return (
    <div className="mx-auto flex max-w-160 flex-col gap-4 p-6">
      <ErrorState title={t("crashed")} detail={t("crashedLead")} code={fault.message} />
      <div><Button kind="main" onClick={() => location.reload()}>{t("reload")}</Button></div>
    </div>
  );
}

export class CrashBarrier extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state = { fault: null as Error | null };
  static getDerivedStateFromError(fault: Error) {
    return { fault };
  }
  override render() {
    return this.state.fault ? <Crashed fault={this.state.fault} /> : this.props.children;
  }
}
