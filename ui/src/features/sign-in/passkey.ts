/**
 * Passkeys between the browser and the server: what `navigator.credentials` takes and gives, as the server writes it
 * (base64url). Nothing is decided here; the server verifies.
 */
import type { PasskeyQuestion, PasskeyUse } from "../../api/contract";

/** The person closed the browser's own question, or the device has no passkey for this address. */
export class NoPasskeyGiven extends Error {}

/** Passkeys work at the public address alone, in a browser that has them. */
export function passkeysWork(address: string | null | undefined): boolean {
  return address === location.origin && window.isSecureContext && "PublicKeyCredential" in window;
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
}
function text(buffer: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
const named = (question: PasskeyQuestion): PublicKeyCredentialDescriptor[] => question.credentials.map((id) => ({ type: "public-key", id: bytes(id) }));

async function given(asked: Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await asked;
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (fault) {
    // NotAllowedError also stands for "took too long" and "there is none": browsers do not tell which.
    if (!(fault instanceof DOMException)) throw fault;
  }
  throw new NoPasskeyGiven();
}

export async function usePasskeyOf(question: PasskeyQuestion): Promise<PasskeyUse> {
  const credential = await given(navigator.credentials.get({
    publicKey: {
      challenge: bytes(question.challenge), rpId: question.rp, timeout: question.timeout_ms, allowCredentials: named(question),
      userVerification: question.user_verified ? "required" : "preferred",
    },
  }));
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    credential: text(credential.rawId), client_data: text(response.clientDataJSON), authenticator_data: text(response.authenticatorData), signature: text(response.signature),
    ...(response.userHandle && response.userHandle.byteLength > 0 ? { user: text(response.userHandle) } : {}),
  };
}

export async function makePasskey(question: PasskeyQuestion): Promise<{ client_data: string; attestation: string }> {
  const { user } = question;
  if (!user) throw new NoPasskeyGiven();
  const credential = await given(navigator.credentials.create({
    publicKey: {
      challenge: bytes(question.challenge), timeout: question.timeout_ms, attestation: "none", excludeCredentials: named(question),
      rp: { id: question.rp, name: "Yagura" }, user: { id: bytes(user.id), name: user.login, displayName: user.name },
      pubKeyCredParams: (question.algorithms ?? []).map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
    },
  }));
  const response = credential.response as AuthenticatorAttestationResponse;
  return { client_data: text(response.clientDataJSON), attestation: text(response.attestationObject) };
}
