import { useState } from "react";
import type { ApiProblem } from "../../api/client";
import { Problem } from "../../app/problem";
import type { ButtonKind } from "../../design/button";
import { FormDialog } from "../../design/dialog";
import { Radios, TextArea, type Choice } from "../../design/field";

/** An act with its reason, and with a choice where there are several ways. */
export function ReasonDialog({ title, label, submit, kind, required, choices, legend, busy, fault, onSubmit, onClose }: {
  title: string; label: string; submit: string; kind?: ButtonKind; required?: boolean; choices?: readonly Choice[]; legend?: string;
  busy: boolean; fault: ApiProblem | null; onSubmit: (reason: string, choice: string) => void; onClose: () => void;
}) {
  const [reason, setReason] = useState("");
  const [choice, setChoice] = useState(choices?.[0]?.value ?? "");
  return (
    <FormDialog title={title} submit={submit} busy={busy} disabled={!!required && reason.trim() === ""} onClose={onClose} onSubmit={() => onSubmit(reason, choice)} {...(kind ? { kind } : {})}>
      <Problem fault={fault} />
      {choices && <Radios legend={legend ?? title} value={choice} onChange={setChoice} choices={choices} />}
      <TextArea label={label} required={required ?? false} value={reason} onText={setReason} maxLength={4000} />
    </FormDialog>
  );
}
