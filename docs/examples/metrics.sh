#!/usr/bin/env bash
# Metrics over HTTP: some work, and what the meters say of it.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

meters() {
  curl -sSf "$VARVE_URL/actuator/prometheus" | grep -E "$1" | sort
}

say "Before: the state of the store, and the room on its disk"
meters '^varve_(engine_state|alarm|disk_free_bytes|disk_reserve_bytes)'

say "A hundred writes, and a hundred reads"
for i in $(seq 1 100); do
  call PUT "/v1/kv/metrics-demo/$i" "\"value $i\"" >/dev/null
  curl -sSf "$VARVE_URL/v1/kv/metrics-demo/$i" >/dev/null
done

say "After: requests by method, path and status"
meters '^http_server_requests_seconds_count.*uri="/v1/kv/'

say "Transactions by outcome, and where commits spent their time"
meters '^varve_txn_(completed_total|commit_duration_seconds_sum)'

say "The last minute, as the server sees it without a Prometheus"
call GET /v1/status | grep -o '"transactions":{[^}]*}'

say "The numbers of the store itself"
call GET /v1/status | tr ',' '\n' | grep -E '"(revision|durableRevision|flushedRevision|overlayVersions|overlayBytes)"'
