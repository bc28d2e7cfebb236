#!/bin/sh
# Registers every connector of this image. PUT creates or updates, so running it
# again is safe. Argo CD runs it after each sync.
set -eu
: "${CONNECT_URL:=http://localhost:8083}"
for file in "${CONNECTOR_DIR:-/opt/connectors}"/*.json; do
  name=$(sed -n 's/^  "name": "\(.*\)",$/\1/p' "$file")
  sed -n '/"config": {/,/^  }/p' "$file" | sed '1s/.*/{/; $s/.*/}/' |
    curl --fail --silent --show-error -X PUT -H 'Content-Type: application/json' \
      --data @- "$CONNECT_URL/connectors/$name/config" >/dev/null
  echo "registered $name"
done
