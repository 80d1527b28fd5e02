#!/usr/bin/env bash
# Pruning: 150 versions of each of 10 keys, then three of each.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

versions() {
  call GET "/v1/history?key=prune-demo/$1&limit=1000" | grep -o '"revision":' | wc -l | tr -d ' '
}

say "Writing 150 versions of 10 keys, ten keys a commit"
for version in $(seq 1 150); do
  operations=""
  for key in $(seq 1 10); do
    operations+="${operations:+,}{\"put\":{\"key\":\"prune-demo/$key\",\"value\":\"version $version\"}}"
  done
  call POST /v1/batch "{\"operations\":[$operations]}" >/dev/null
done
for key in 1 10; do
  echo "prune-demo/$key has $(versions "$key") versions"
done

say "What a prune to three versions would remove"
call POST /v1/admin/flush >/dev/null
call POST /v1/admin/prune '{"keepVersions":3,"keepAge":"PT0S","dryRun":true}'

say "Pruning"
call POST /v1/admin/prune '{"keepVersions":3,"keepAge":"PT0S"}'
for key in 1 10; do
  echo "prune-demo/$key has $(versions "$key") versions"
done

say "The newest value is as it was"
curl -sSf "$VARVE_URL/v1/kv/prune-demo/10"
echo
