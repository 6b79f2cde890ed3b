/** Preserves an error's class, code, cause and fault across threads; comlink alone keeps name, message and stack. */
import { InputError, type InputFault } from "@scratch-nn/core";
import * as Comlink from "comlink";

/** A thrown value as comlink marks it. */
interface Thrown {
  readonly value: unknown;
}

interface Carried {
  readonly name?: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: unknown;
  readonly cause?: Carried;
  readonly fault?: InputFault;
}

/** Makes a worker send errors with class, code, cause and fault. The worker calls it before the first message. */
export function sendErrors(): void {
  const inherited = Comlink.transferHandlers.get("throw")!;
  Comlink.transferHandlers.set("throw", {
    ...inherited,
    serialize: (thrown) => [{ carried: pack((thrown as Thrown).value) }, []],
  });
}

/** Makes main rethrow errors that {@link sendErrors} packed. Comlink handles errors of other senders as usual. */
export function receiveErrors(): void {
  const inherited = Comlink.transferHandlers.get("throw")!;
  Comlink.transferHandlers.set("throw", {
    ...inherited,
    deserialize(message) {
      const { carried } = message as { readonly carried?: Carried };
      if (carried === undefined) return inherited.deserialize(message);
      throw unpack(carried);
    },
  });
}

function pack(value: unknown): Carried {
  if (!(value instanceof Error)) return { message: String(value) };
  return {
    name: value.name,
    message: value.message,
    stack: value.stack,
    ...("code" in value ? { code: value.code } : {}),
    ...(value.cause === undefined ? {} : { cause: pack(value.cause) }),
    ...(value instanceof InputError ? { fault: value.fault } : {}),
  };
}

function unpack(carried: Carried): Error {
  const options = carried.cause === undefined ? {} : { cause: unpack(carried.cause) };
  if (carried.fault !== undefined) return new InputError(carried.fault, options);
  const error = new Error(carried.message, options);
  if (carried.name !== undefined) error.name = carried.name;
  if (carried.stack !== undefined) error.stack = carried.stack;
  return carried.code === undefined ? error : Object.assign(error, { code: carried.code });
}
