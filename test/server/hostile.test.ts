import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { aServer, ask, fromPage, SCRIPT } from "../support/page-server.ts";

/** Sends text without changes. @returns what arrives until the server closes the connection */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (piece: string) => {
    answer += piece;
  });
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return answer;
}

describe("whoever has the address", () => {
  it("gets the page and its files, with headers that let it do nothing else", async () => {
    const server = await aServer();
    const page = await ask(server, `/${server.token}/`);
    expect(page.status).toBe(200);
    expect(page.body).toContain('<meta name="scratch-nn-server" content="api/">');
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cache-control": "no-store",
    });
    const policy = page.headers["content-security-policy"] as string;
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|https?:/);
    const script = await ask(server, `/${server.token}/assets/page.js`);
    expect([script.status, script.headers["content-type"], script.body]).toEqual([200, "text/javascript", SCRIPT]);
    expect((await ask(server, `/${server.token}`)).headers.location).toBe(`/${server.token}/`);
  });

  it("under each name of the loopback, and when a link from elsewhere is followed", async () => {
    const server = await aServer();
    const { port, token } = server;
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
      expect((await ask(server, `/${token}/`, { headers: { host } })).status, host).toBe(200);
    }
    const followed = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect((await ask(server, `/${token}/`, { headers: followed })).status).toBe(200);
  });
});

describe("refused are", () => {
  it("other names for this machine: a page elsewhere that points its own name here", async () => {
    const server = await aServer();
    const { port, token } = server;
    const names = [
      "evil.example",
      `evil.example:${port}`,
      "127.0.0.1",
      `localhost:${port + 1}`,
      `localhost:${port}@evil`,
      "[::1",
    ];
    for (const host of names) {
      const answer = await ask(server, `/${token}/api/state`, { headers: { host } });
      expect([answer.status, answer.body.includes("phase")], host).toEqual([421, false]);
    }
    expect(await raw(port, `GET /${token}/ HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1.1 421/);
  });

  it("requests from other pages, whatever they hold", async () => {
    const acted: unknown[] = [];
    const server = await aServer({ act: (action) => ({ isDone: acted.push(action) > 0 }) });
    const path = `/${server.token}/api/actions/stop`;
    const own = fromPage(server);
    const foreign = [
      { origin: "http://evil.example" },
      { origin: "null" },
      { origin: `https://127.0.0.1:${server.port}` },
      { origin: `http://127.0.0.1:${server.port}.evil.example` },
      { ...own.headers, "sec-fetch-site": "cross-site" },
      { ...own.headers, "sec-fetch-site": "same-site" },
      {},
    ];
    for (const headers of foreign) {
      expect((await ask(server, path, { ...own, headers })).status, JSON.stringify(headers)).toBe(403);
    }
    const read = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
    expect((await ask(server, `/${server.token}/api/events`, { headers: read })).status).toBe(403);
    expect(acted).toEqual([]);
    expect((await ask(server, path, own)).body).toBe('{"isDone":true}');
    expect(acted).toEqual(["stop"]);
  });

  it("whoever lacks the token, or has most of it", async () => {
    const server = await aServer();
    const { token } = server;
    const paths = [
      "/",
      "/index.html",
      "/api/state",
      `/${token.slice(1)}/`,
      `/${token}0/`,
      `//${token}/`,
      `/x/../${token}/`,
    ];
    for (const path of paths) {
      const answer = await ask(server, path);
      expect([answer.status, answer.body.includes(token)], path).toEqual([403, false]);
    }
  });

  it("paths that lead out of the page's folder, raw and encoded", async () => {
    const server = await aServer();
    const ways = [
      "../secret.txt",
      "..%2fsecret.txt",
      "%2e%2e/secret.txt",
      "%2e%2e%2fsecret.txt",
      "..%252fsecret.txt",
      "..%5csecret.txt",
      "..\\secret.txt",
      "assets/../../secret.txt",
      "assets/%2e%2e/%2e%2e/secret.txt",
      "..%c0%afsecret.txt",
      "/etc/passwd",
      "%2fetc%2fpasswd",
      "file:///etc/passwd",
      ".hidden",
      "%00",
      "%",
      "api/../../secret.txt",
      "api/actions/../state",
    ];
    for (const way of ways) {
      const answer = await ask(server, `/${server.token}/${way}`);
      expect([answer.status, answer.body.includes("SECRET")], way).toEqual([404, false]);
    }
  });

  it("what is no action", async () => {
    const server = await aServer({ act: (action, worker) => ({ isDone: true, message: `${action} ${worker}` }) });
    const post = (name: string, body: string) =>
      ask(server, `/${server.token}/api/actions/${name}`, fromPage(server, body));
    expect((await post("kill", '{"worker":2}')).body).toBe('{"isDone":true,"message":"kill 2"}');
    for (const body of ["", "1", "null", "[]", "{", '{"worker":"1"}', '{"worker":1e400}', '{"worker":0.5}']) {
      expect((await post("kill", body)).status, body).toBe(400);
    }
    expect((await post("format-disk", "{}")).status).toBe(404);
    expect((await post("__proto__", "{}")).status).toBe(404);
    const get = await ask(server, `/${server.token}/api/actions/stop`);
    expect(get.status).toBe(404);
    for (const method of ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"]) {
      expect((await ask(server, `/${server.token}/`, { method })).status, method).toBe(405);
    }
  });
});

describe("bounded are", () => {
  it("bodies: of a gigabyte, not a megabyte is taken", async () => {
    const acted: unknown[] = [];
    const server = await aServer({ act: (action) => ({ isDone: acted.push(action) > 0 }) });
    const { method, headers } = fromPage(server);
    const path = `/${server.token}/api/actions/stop`;
    const length = await ask(server, path, { method, headers: { ...headers, "content-length": 2 ** 30 } }).catch(
      (error: NodeJS.ErrnoException) => error.code,
    );
    // Node's client sees either the answer or the closed connection first.
    expect(["ECONNRESET", 413]).toContain(typeof length === "object" ? length.status : length);
    // A request without a content length.
    const sent = request({ port: server.port, host: "127.0.0.1", path, method, headers, agent: false });
    const answered = once(sent, "response").catch(() => []);
    const gone = once(sent, "close");
    let taken = 0;
    const piece = Buffer.alloc(65_536, 32);
    sent.on("error", () => {});
    const push = (): void => {
      while (!sent.destroyed && taken < 2 ** 30) {
        taken += piece.length;
        if (!sent.write(piece)) {
          sent.once("drain", push);
          return;
        }
      }
    };
    push();
    const [response] = await answered;
    if (response !== undefined) expect(response.statusCode).toBe(413);
    sent.destroy();
    await gone;
    // Only the system's own buffers accept data.
    expect(taken).toBeLessThan(2 ** 24);
    expect(acted).toEqual([]);
    expect((await ask(server, `/${server.token}/api/state`)).status).toBe(200);
  });

  it("headers, and what is no HTTP", async () => {
    const server = await aServer();
    const { port, token } = server;
    expect(
      await raw(port, `GET /${token}/ HTTP/1.1\r\nhost: localhost:${port}\r\nx: ${"y".repeat(20_000)}\r\n\r\n`),
    ).toBe("");
    expect(await raw(port, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")).toBe("");
    expect(
      await raw(
        port,
        `GET http://evil.example/${token}/ HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1.1 403/);
    expect((await ask(server, `/${token}/`)).status).toBe(200);
  });

  it("connections: while 200 are held there is no other", async () => {
    const server = await aServer();
    const held = await Promise.all(Array.from({ length: 200 }, () => slowClient(server)));
    await expect(ask(server, `/${server.token}/`)).rejects.toMatchObject({ code: "ECONNRESET" });
    const gone = once(held[0], "close");
    held[0].destroy();
    await gone;
    let status = 0;
    // The server learns of the closed connection in a later turn of the event loop.
    while (status === 0) status = (await ask(server, `/${server.token}/`).catch(() => ({ status: 0 }))).status;
    expect(status).toBe(200);
  });

  it("slow clients: who does not come to the end of a request is let go", async () => {
    const server = await aServer({ patience: 200 });
    const path = `/${server.token}/api/actions/stop`;
    const begun = `POST ${path} HTTP/1.1\r\nhost: localhost:${server.port}\r\norigin: http://localhost:${server.port}\r\n`;
    const texts = ["", "GET /", begun, `${begun}content-length: 100\r\n\r\n{`];
    const clients = await Promise.all(texts.map((text) => slowClient(server, text)));
    await Promise.all(clients.map((socket) => once(socket.resume(), "close")));
    expect((await ask(server, `/${server.token}/`)).status).toBe(200);
  });
});

async function slowClient({ port }: { readonly port: number }, text = ""): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, "connect");
  socket.on("error", () => {});
  socket.write(text);
  return socket;
}
