import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import {
  INITIAL_STATE,
  type LiveEvent,
  NO_CURVES,
  type RunState,
  withEvent,
  withReports,
} from "@scratch-nn/server/protocol";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { aServer, ask } from "../support/page-server.ts";

interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Listens to the server's events like a page's EventSource. */
async function listen(server: { readonly port: number; readonly token: string }, lastEventId?: string) {
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  const sent = request({
    host: "127.0.0.1",
    port: server.port,
    path: `/${server.token}/api/events`,
    headers,
    agent: false,
  });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  onTestFinished(() => {
    sent.destroy();
  });
  let text = "";
  response.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  response.on("error", () => {});
  return {
    response,
    leave: () => sent.destroy(),
    /** Waits until this many messages have arrived since the beginning. */
    async messages(count: number): Promise<Message[]> {
      for (;;) {
        const blocks = text.split("\n\n").slice(0, -1);
        const all = blocks.flatMap((block) => {
          const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/s.exec(block) ?? [];
          return id === undefined ? [] : [{ id, event, data: JSON.parse(data) as unknown }];
        });
        if (all.length >= count) return all;
        await once(response, "data");
      }
    },
  };
}

const phase = (name: "training" | "finished"): LiveEvent => ({ kind: "phase", phase: name });

describe("the events of a run", () => {
  it("come to a page that is open, and all that was before to one that comes later", async () => {
    let opened = 0;
    const server = await aServer({ onPage: () => opened++ });
    const first = await listen(server);
    expect(first.response.headers["content-type"]).toContain("text/event-stream");
    server.publish(phase("training"));
    const [snapshot, change] = await first.messages(2);
    expect([snapshot.event, snapshot.data]).toEqual(["snapshot", INITIAL_STATE]);
    expect([change.event, change.data]).toEqual(["change", [phase("training")]]);
    const later = await listen(server);
    expect(await later.messages(1)).toMatchObject([{ event: "snapshot", data: { phase: "training" } }]);
    expect([opened, server.pages]).toEqual([1, 2]);
    expect(JSON.parse((await ask(server, `/${server.token}/api/state`)).body)).toEqual(server.state);
  });

  it("that are told together are one message, and what comes of them is the same", async () => {
    const server = await aServer();
    const page = await listen(server);
    const events: LiveEvent[] = [phase("training"), { kind: "epochs", reports: [{ epoch: 1, loss: 1 }] }];
    server.publish(...events);
    const [, change] = await page.messages(2);
    expect([change.event, change.data]).toEqual(["change", events]);
    expect(server.state).toEqual(events.reduce(withEvent, INITIAL_STATE));
  });

  it("that a page missed come again, those alone", async () => {
    const server = await aServer();
    const page = await listen(server);
    server.publish(phase("training"));
    const [, { id }] = await page.messages(2);
    page.leave();
    server.publish({ kind: "epochs", reports: [{ epoch: 1, loss: 1 }] });
    server.publish(phase("finished"));
    const back = await listen(server, id);
    const missed = await back.messages(2);
    expect(missed.map(({ event, data }) => [event, (data as LiveEvent[]).map(({ kind }) => kind)])).toEqual([
      ["change", ["epochs"]],
      ["change", ["phase"]],
    ]);
  });

  it("are told anew to a page that missed too many, or saw those of another process, or says anything else", async () => {
    const server = await aServer();
    const page = await listen(server);
    const [{ id }] = await page.messages(1);
    for (let epoch = 1; epoch <= 300; epoch++) server.publish({ kind: "epochs", reports: [{ epoch, loss: 1 }] });
    const other = await aServer();
    const [{ id: elsewhere }] = await (await listen(other)).messages(1);
    for (const said of [
      id,
      elsewhere,
      "",
      "x",
      "1",
      `${id}0000`,
      id.replace(/\d+$/, "-1"),
      "a-999999999999999999999",
    ]) {
      const [message] = await (await listen(server, said)).messages(1);
      expect([message.event, (message.data as RunState).curves.epochs.length], said).toEqual(["snapshot", 300]);
    }
  });

  it("come again from a server that began anew under the same address", async () => {
    const before = await aServer();
    before.publish(phase("finished"));
    const [{ id }] = await (await listen(before)).messages(1);
    const { port, token } = before;
    await before.close();
    const after = await aServer({ port, token });
    expect(after.address).toBe(before.address);
    after.publish(phase("training"));
    const [message] = await (await listen(after, id)).messages(1);
    expect(message).toMatchObject({ event: "snapshot", data: { phase: "training" } });
  });

  it("go to 24 pages at most", async () => {
    const server = await aServer();
    for (let page = 0; page < 24; page++) await listen(server);
    expect((await listen(server)).response.statusCode).toBe(503);
  });

  it("end with the server, which ends at once", async () => {
    const server = await aServer();
    const page = await listen(server);
    const ended = once(page.response, "close");
    page.response.resume();
    await server.close();
    await ended;
    await expect(ask(server, "/")).rejects.toThrow("ECONNREFUSED");
  });
});

describe("curves", () => {
  const reports = (epochs: number) =>
    Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, loss: 1 / (i + 1), accuracy: i / epochs }));

  it("of any length stay small, and keep their last point", () => {
    const curves = withReports(NO_CURVES, reports(100_000));
    expect(curves.epochs.length).toBeLessThanOrEqual(1024);
    expect(curves.epochs.length).toBeGreaterThan(400);
    expect(curves.epochs.every((epoch) => (epoch - 1) % curves.every === 0)).toBe(true);
    expect(curves.loss).toEqual(curves.epochs.map((epoch) => 1 / epoch));
    expect(curves.last?.epoch).toBe(100_000);
  });

  it("are the same however the epochs are grouped, and when some are told twice", () => {
    const all = reports(3000);
    const whole = withReports(NO_CURVES, all);
    const groups = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(groups, fc.nat(50), (sizes, back) => {
        let [state, from] = [INITIAL_STATE, 0];
        for (const size of [...sizes, 3000]) {
          const group = all.slice(Math.max(0, from - back), from + size);
          state = withEvent(state, { kind: "epochs", reports: group });
          from += size;
        }
        expect(state.curves).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });
});
