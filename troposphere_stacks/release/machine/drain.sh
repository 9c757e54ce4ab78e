#!/bin/bash
# When the group wants this machine to go, the workers see it, too, and end after the job at hand
# (renderd/spot.py). This tells the group once they have, so that nobody waits for the hook's time to pass.
set -euo pipefail
pause=${PAUSE_SECONDS:-5}

metadata() {
  local token
  token=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$METADATA/latest/api/token")
  curl -fsS -H "X-aws-ec2-metadata-token: $token" "$METADATA/latest/meta-data/$1"
}
METADATA=${METADATA:-http://169.254.169.254}

until [ "$(metadata autoscaling/target-lifecycle-state || true)" = Terminated ]; do sleep "$pause"; done
echo '{"message": "this machine is to go: waiting for its workers"}'
while systemctl is-active --quiet 'storefront-worker@*'; do sleep "$pause"; done
aws autoscaling complete-lifecycle-action --auto-scaling-group-name "$GROUP" --lifecycle-hook-name Drained \
  --instance-id "$(metadata instance-id)" --lifecycle-action-result CONTINUE
