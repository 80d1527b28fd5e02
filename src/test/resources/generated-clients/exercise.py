"""Reads, writes and loads with the generated Python client."""

import json
import sys

import varve_generated as varve

client = varve.ApiClient(varve.Configuration(host=sys.argv[1]))
keys = varve.KeysApi(client)
many = varve.BatchAndBulkApi(client)
transactions = varve.TransactionsApi(client)

EVERY_BYTE = bytes(range(256))


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def utf8(text):
    return varve.Bytes(text)


for key, value in {
    "python/users/42": EVERY_BYTE,
    "python/text": "Grüße".encode(),
    "python/json": b'{"name": "Ada"}',
}.items():
    keys.put_key(key, value)
    check(bytes(keys.get_key(key)) == value, "the bytes of " + key)

entry = keys.get_entry("python/text")
check(entry.key.actual_instance == "python/text", "the key of an entry")
check(entry.value.actual_instance == "Grüße", "the value of an entry")
check(entry.revision > 0, "the revision of an entry")
base64 = keys.get_entry("python/users/42").value.actual_instance
check(isinstance(base64, varve.Base64Bytes), "bytes that are not UTF-8")

put = varve.Operation(put=varve.Put(key=utf8("python/a"), value=utf8("1")))
get = varve.Operation(get=varve.KeyOperand(key=utf8("python/a")))
done = transactions.run_transaction(varve.TxnRequest(success=[put, get]))
check(done.results[1].get.entry.value.actual_instance == "1", "a read of a transaction")

delete = varve.Operation(delete=varve.KeyOperand(key=utf8("python/a")))
batch = many.run_batch(varve.BatchRequest(operations=[delete]))
check(batch.revision > done.revision, "the revision of a batch")

lines = b"".join(
    json.dumps({"put": {"key": f"python/bulk/{n}", "value": str(n)}}).encode() + b"\n"
    for n in range(100)
)
answer = bytes(many.bulk_load(lines)).decode().splitlines()
check(json.loads(answer[-1])["operations"] == 100, "the last line of a load")
check(bytes(keys.get_key("python/bulk/99")) == b"99", "a loaded value")

check(keys.delete_key("python/users/42").deleted, "a delete")
try:
    keys.get_key("python/users/42")
    raise AssertionError("a deleted key was read")
except varve.ApiException as e:
    check(e.status == 404, "the status of a deleted key")
