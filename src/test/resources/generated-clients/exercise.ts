// Reads, writes and loads with the generated TypeScript client.
import {
  BatchAndBulkApi,
  Configuration,
  KeysApi,
  ResponseError,
  TransactionsApi,
} from "./client";

declare const process: { argv: string[]; exit(status: number): never };

const configuration = new Configuration({ basePath: process.argv[2] });
const keys = new KeysApi(configuration);
const many = new BatchAndBulkApi(configuration);
const transactions = new TransactionsApi(configuration);

function check(condition: boolean, what: string): void {
  if (!condition) {
    throw new Error(what);
  }
}

async function bytesOf(blob: Blob): Promise<string> {
  return new Uint8Array(await blob.arrayBuffer()).toString();
}

async function run(): Promise<void> {
  const values: Record<string, Uint8Array<ArrayBuffer>> = {
    "typescript/users/42": Uint8Array.from({ length: 256 }, (_, i) => i),
    "typescript/text": new TextEncoder().encode("Grüße"),
    "typescript/json": new TextEncoder().encode('{"name": "Ada"}'),
  };
  for (const [key, value] of Object.entries(values)) {
    await keys.putKey({ key, body: new Blob([value]) });
    check((await bytesOf(await keys.getKey({ key }))) === value.toString(), `the bytes of ${key}`);
  }

  const entry = await keys.getEntry({ key: "typescript/text" });
  check(entry.key === "typescript/text" && entry.value === "Grüße", "an entry");
  check(entry.revision > 0, "the revision of an entry");
  const base64 = (await keys.getEntry({ key: "typescript/users/42" })).value;
  check(typeof base64 === "object", "bytes that are not UTF-8");

  const done = await transactions.runTransaction({
    txnRequest: {
      success: [
        { put: { key: "typescript/a", value: "1" } },
        { get: { key: "typescript/a" } },
      ],
    },
  });
  check(done.results[1]?.get?.entry?.value === "1", "a read of a transaction");

  const batch = await many.runBatch({
    batchRequest: { operations: [{ _delete: { key: "typescript/a" } }] },
  });
  check(batch.revision > done.revision, "the revision of a batch");

  let lines = "";
  for (let n = 0; n < 100; n++) {
    lines += JSON.stringify({ put: { key: `typescript/bulk/${n}`, value: `${n}` } }) + "\n";
  }
  const answer = (await (await many.bulkLoad({ body: new Blob([lines]) })).text()).trim();
  check(JSON.parse(answer.split("\n").at(-1)!).operations === 100, "the last line of a load");
  check((await (await keys.getKey({ key: "typescript/bulk/99" })).text()) === "99", "a loaded value");

  check((await keys.deleteKey({ key: "typescript/users/42" })).deleted, "a delete");
  const status = await keys.getKey({ key: "typescript/users/42" }).then(
    () => 200,
    (e: ResponseError) => e.response.status,
  );
  check(status === 404, "the status of a deleted key");
}

run().catch((e) => {
  console.error(e);
  process.exit(1);
});
