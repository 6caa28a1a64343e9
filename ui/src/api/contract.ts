/**
 * The server's contract as types: which paths exist, what each asks for and answers. Everything is derived from the
 * generated schema.ts, so a screen that asks for what the server does not offer does not compile.
 */
import type { components, paths } from "./schema";

type S = components["schemas"];
export type Alert = S["Alert"];
export type Attachment = S["Attachment"];
export type Choice2 = S["Choice"];
export type Clock = S["Clock"];
export type Contact = S["Contact"];
export type ContactTree = S["ContactTree"];
export type Credential = S["Credential"];
export type Desk = S["Desk"];
export type Device = S["Device"];
export type DeviceDetail = S["DeviceDetail"];
export type Import = S["Import"];
export type ImportRow = S["ImportRowList"]["items"][number];
export type Incident = S["Incident"];
export type IncidentDetail = S["IncidentDetail"];
export type Deliverable = S["Deliverable"];
export type DeliverableDetail = S["DeliverableDetail"];
export type Submission = S["Submission"];
export type Deputy = S["Deputy"];
export type ErasureAgreement = S["ErasureAgreement"];
export type FoundCaller = S["FoundCaller"];
export type Form = S["Form"];
export type FormCondition = S["FormCondition"];
export type FormField = S["FormField"];
export type FormRequest = S["FormRequest"];
export type FormStep = NonNullable<Form["steps"]>[number];
export type NamedChoice = S["NamedChoice"];
export type RequestRow = S["RequestRow"];
export type RequestStep = S["RequestStep"];
export type IncidentReport = S["IncidentReport"];
export type Inquiry = S["Inquiry"];
export type Interface = S["Interface"];
export type Job = S["Job"];
export type JournalEntry = S["JournalEntry"];
export type Ledger = S["Ledger"];
export type LedgerField = S["LedgerField"];
export type LogFile = S["LogFile"];
export type LogContext = S["LogContext"];
export type LogCounts = S["LogCounts"];
export type LogCounted = S["LogCounted"];
export type LogOverview = S["LogOverview"];
export type LogEvent = S["LogEvent"];
export type LogExport = S["LogExport"];
export type LogHold = S["LogHold"];
export type LogKept = S["LogKept"];
export type LogSeal = S["LogSeal"];
export type LogFacets = S["LogFacets"];
export type LogKind = S["LogKind"];
export type LogKinds = S["LogKinds"];
export type LogOutcome = S["LogOutcome"];
export type LogPurpose = S["LogPurpose"];
export type LogReading = S["LogReading"];
export type LogRows = S["LogRows"];
export type LogSuggestion = S["LogSuggestion"];
export type SavedSearch = S["SavedSearch"];
export type MapData = S["Map"];
export type Metric = S["Metric"];
export type Passkey = S["Passkey"];
export type KnownDirectory = S["KnownDirectory"];
export type OwnerProof = S["OwnerProof"];
export type PasskeyQuestion = S["PasskeyQuestion"];
export type PasskeyUse = S["PasskeyUse"];
export type PasswordTarget = S["PasswordTarget"];
export type Release = S["Release"];
export type Person = S["Person"];
export type Report = S["Report"];
export type Role = S["Role"];
export type RosterEntry = S["RosterEntry"];
export type Round = S["Round"];
export type Row = S["Row"];
export type RowChange = S["RowChange"];
export type Session = S["Session"];
export type Silence = S["Silence"];
export type Text2 = S["Text2"];
export type Ticket = S["Ticket"];
export type TicketView = S["TicketView"];
export type Today = S["Today"];
export type Campaign = S["Campaign"];
export type FieldWork = S["FieldWork"];
export type Visit = S["Visit"];
export type HandoverList = S["HandoverList"];
export type EquipmentList = S["EquipmentList"];
export type WorkDueList = S["WorkDueList"];
export type WorkKind = S["WorkKind"];
export type WorkKindList = S["WorkKindList"];
export type WorkNotice = S["WorkNotice"];
export type WorkOrder = S["WorkOrder"];
export type WorkOrderDetail = S["WorkOrderDetail"];
export type WorkStep = S["WorkStep"];
export type TrapSender = S["TrapSender"];

type Methods = "get" | "post" | "put" | "patch" | "delete";
type Offering<M extends Methods> = { [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Methods> = paths[P] extends Record<M, infer O> ? O : never;

type Json<T> = T extends { content: { "application/json": infer B } } ? B : undefined;
type OkOf<O> = O extends { responses: infer R } ? { [Code in keyof R & (200 | 201 | 202 | 204)]: Json<R[Code]> }[keyof R & (200 | 201 | 202 | 204)] : never;
type QueryOf<O> = O extends { parameters: { query?: infer Q } } ? (Q extends object ? Omit<Q, "contract"> : Record<never, never>) : Record<never, never>;
type PathOf<O> = O extends { parameters: { path: infer P } } ? P : undefined;
type BodyOf<O> = O extends { requestBody: { content: infer C } } ? (C extends { "application/json": infer B } ? B : C extends { "multipart/form-data": unknown } ? FormData : undefined) : undefined;

/** Names are held to the contract; values come from addresses and form fields and are the server's to judge. */
type LooseQuery<O> = { readonly [K in keyof QueryOf<O>]?: string | number | boolean | null | undefined };
type Placed<P> = P extends undefined ? { path?: undefined } : { path: { [K in keyof P]: string | number } };

export type GetPath = Offering<"get">;
export type GetAnswer<P extends GetPath> = OkOf<Operation<P, "get">>;
export type GetCall<P extends GetPath> = Placed<PathOf<Operation<P, "get">>> & { query?: LooseQuery<Operation<P, "get">> };

export type ListPath = { [P in GetPath]: GetAnswer<P> extends { items: unknown[] } ? P : never }[GetPath];
export type Item<P extends ListPath> = GetAnswer<P> extends { items: (infer T)[] } ? T : never;

type KeysOf<M extends Methods> = `${Uppercase<M>} ${Offering<M>}`;
export type SendKey = KeysOf<"post"> | KeysOf<"put"> | KeysOf<"patch"> | KeysOf<"delete">;
type OperationOf<K extends SendKey> = K extends `${infer M} ${infer P}` ? (P extends keyof paths ? Operation<P, Lowercase<M> & Methods> : never) : never;
export type SendAnswer<K extends SendKey> = OkOf<OperationOf<K>>;
type Carried<B> = B extends undefined ? { body?: undefined } : { body: B };
export type SendCall<K extends SendKey> = Placed<PathOf<OperationOf<K>>> & { query?: LooseQuery<OperationOf<K>> } & Carried<BodyOf<OperationOf<K>>>;
