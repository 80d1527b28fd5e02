#!/usr/bin/env bash
# An adaptive bulk load: chunks grow while the throughput is steady and shrink when it is not.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
LINES_TO_LOAD="${LINES_TO_LOAD:-200000}"

say "Loading $LINES_TO_LOAD entries; each line of the answer is a chunk that is committed"
awk -v lines="$LINES_TO_LOAD" 'BEGIN {
    for (i = 1; i <= lines; i++) {
      printf "{\"put\":{\"key\":\"bulk-demo/%08d\",\"value\":\"value %d\"}}\n", i, i
    }
  }' |
  curl -sSfN -X POST "$VARVE_URL/v1/bulk?expected=$LINES_TO_LOAD" \
    -H 'Content-Type: application/x-ndjson' -H 'Expect:' -T -

say "What is there now"
curl -sSf "$VARVE_URL/v1/entries?prefix=bulk-demo/&keysOnly=true&limit=2"
echo
