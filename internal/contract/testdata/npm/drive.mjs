// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

// node drive.mjs BASE_URL KEY: what users of the official client for Node do.
import assert from "node:assert";
import { createHash } from "node:crypto";
import OpenAI, { toFile } from "openai";

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });

const parts = [Buffer.alloc(1 << 20, "a"), Buffer.alloc(1 << 20, "b"), Buffer.from("c")];
const content = Buffer.concat(parts);
const upload = await client.uploads.create({
  filename: "a.txt", purpose: "user_data", bytes: content.length, mime_type: "text/plain",
});
const added = await Promise.all(
  parts.map(async (part) => client.uploads.parts.create(upload.id, { data: await toFile(part, "data") })),
);
const completed = await client.uploads.complete(upload.id, {
  part_ids: added.map((part) => part.id),
  md5: createHash("md5").update(content).digest("hex"),
});
assert.equal(completed.status, "completed");
assert.equal(completed.file.bytes, content.length);

const other = await client.uploads.create({ filename: "b.jsonl", purpose: "batch", bytes: 1, mime_type: "text/jsonl" });
assert.equal((await client.uploads.cancel(other.id)).status, "cancelled");

for (let i = 0; i < 4; i++) {
  const file = await client.files.create({
    file: await toFile(Buffer.from("x"), `${i}.txt`), purpose: "user_data",
    expires_after: { anchor: "created_at", seconds: 3600 },
  });
  assert.equal(file.expires_at, file.created_at + 3600);
}
const listed = [];
for await (const file of client.files.list({ limit: 2, purpose: "user_data" })) listed.push(file.id);
assert.equal(new Set(listed).size, 5);

assert.equal((await client.files.retrieve(completed.file.id)).filename, "a.txt");
const received = Buffer.from(await (await client.files.content(completed.file.id)).arrayBuffer());
assert(received.equals(content));
assert((await client.files.delete(completed.file.id)).deleted);

const fails = async (kind, status, call) => {
  const error = await call().then(() => assert.fail("no error"), (reason) => reason);
  assert(error instanceof kind, error);
  assert.equal(error.status, status);
  assert.match(error.requestID, /^req_/);
};
await fails(OpenAI.NotFoundError, 404, () => client.files.retrieve(completed.file.id));
await fails(OpenAI.BadRequestError, 400, () => client.uploads.cancel(other.id));
await fails(OpenAI.AuthenticationError, 401, () => new OpenAI({ baseURL, apiKey: "wrong", maxRetries: 0 }).files.list());
await fails(OpenAI.NotFoundError, 404, () => client.batches.list());

// A part that is too large, while nobody reads what the server says.
const large = await client.uploads.create({ filename: "c", purpose: "user_data", bytes: 100 << 20, mime_type: "text/plain" });
const data = await toFile(Buffer.alloc(65 << 20, "x"), "data");
for (let i = 0; i < 5; i++) {
  setTimeout(() => { for (const end = Date.now() + 900; Date.now() < end;); }, 5);
  await fails(OpenAI.APIError, 413, () => client.uploads.parts.create(large.id, { data }));
}
console.log("done");
