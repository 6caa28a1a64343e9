/** What the telephone keeps between visits to the server (IndexedDB): the work taken along, and acts not sent yet. */
import type { FieldWork } from "../../api/contract";
import type { Act } from "./field-state";

export interface Kept {
  contract: string;
  account: number;
  name: string;
  mayWrite: boolean;
  fetched: string;
  work: FieldWork;
}
export interface Waiting {
  id: number;
  act: Act;
  files: { name: string; type: string; bytes: ArrayBuffer; uploaded: number | null }[];
  /** The server's words why it was refused; it waits for a person then. */
  refused?: { detail: string; advice: string; conflict: boolean };
}

const NAME = "yagura-field";
let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept", { keyPath: "contract" });
      asked.result.createObjectStore("waiting", { keyPath: "id", autoIncrement: true });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error ?? new Error("indexedDB"));
  });
  return opened;
}

async function within<T>(stores: string[], mode: IDBTransactionMode, work: (of: (name: string) => IDBObjectStore) => IDBRequest<T> | undefined): Promise<T | undefined> {
  const db = await database();
  return new Promise((done, failed) => {
    const transaction = db.transaction(stores, mode);
    const asked = work((name) => transaction.objectStore(name));
    transaction.oncomplete = () => done(asked?.result);
    transaction.onerror = transaction.onabort = () => failed(transaction.error ?? new Error("indexedDB"));
  });
}

export const readKept = (contract: string): Promise<Kept | undefined> => within<Kept>(["kept"], "readonly", (of) => of("kept").get(contract) as IDBRequest<Kept>);
export const readAllKept = async (): Promise<Kept[]> => (await within<Kept[]>(["kept"], "readonly", (of) => of("kept").getAll() as IDBRequest<Kept[]>)) ?? [];
export const writeKept = (kept: Kept): Promise<unknown> => within(["kept"], "readwrite", (of) => of("kept").put(kept));
export const readWaiting = async (): Promise<Waiting[]> => (await within<Waiting[]>(["waiting"], "readonly", (of) => of("waiting").getAll() as IDBRequest<Waiting[]>)) ?? [];
export const addWaiting = (one: Omit<Waiting, "id">): Promise<unknown> => within(["waiting"], "readwrite", (of) => of("waiting").add(one));
export const writeWaiting = (one: Waiting): Promise<unknown> => within(["waiting"], "readwrite", (of) => of("waiting").put(one));
export const removeWaiting = (id: number): Promise<unknown> => within(["waiting"], "readwrite", (of) => { of("waiting").delete(id); return undefined; });
/** An act that arrived leaves the list and becomes part of what the server said, in one transaction. */
export const arrived = (id: number, kept: Kept | undefined): Promise<unknown> => within(["kept", "waiting"], "readwrite", (of) => {
  of("waiting").delete(id);
  if (kept) of("kept").put(kept);
  return undefined;
});
/** What was taken along is forgotten; what is not sent yet stays. */
export async function forgetKept(): Promise<void> {
  if (typeof indexedDB === "undefined") return;
  await within(["kept"], "readwrite", (of) => { of("kept").clear(); return undefined; }).catch(() => undefined);
}
