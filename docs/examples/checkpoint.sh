#!/usr/bin/env bash
# A checkpoint, a mistake, and the way back.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

say "A value, and a checkpoint"
curl -sSf -X PUT "$VARVE_URL/v1/kv/checkpoint-demo" -H 'Content-Type: text/plain' --data-binary 'precious'
echo
checkpoint="$(call POST /v1/admin/checkpoints)"
echo "$checkpoint"
id="$(field id <<<"$checkpoint")"

say "A mistake"
curl -sSf -X PUT "$VARVE_URL/v1/kv/checkpoint-demo" -H 'Content-Type: text/plain' --data-binary 'overwritten'
echo
curl -sSf "$VARVE_URL/v1/kv/checkpoint-demo"
echo

say "Is the checkpoint sound?"
call POST "/v1/admin/checkpoints/$id/verify"

say "Restoring it"
before="$(call GET /v1/status | field storeId)"
call POST "/v1/admin/checkpoints/$id/restore" "{\"storeId\":\"$before\"}"
curl -sSf "$VARVE_URL/v1/kv/checkpoint-demo"
echo
after="$(call GET /v1/status | field storeId)"
[[ "$before" != "$after" ]] && echo "The store has a new id: entity tags of the old one match nothing."

say "Cleaning up"
call DELETE "/v1/admin/checkpoints/$id"
echo "checkpoint $id is deleted"
