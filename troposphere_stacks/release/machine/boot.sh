#!/bin/bash
# Installs the release that lies in $1 on a machine of Amazon Linux 2023, starts part $2 of it (web or render)
# and returns once that is ready. Part of the release's archive, whose hash user data has compared.
set -euo pipefail
release=$1 part=$2
python=python3.13
ready_seconds=${READY_SECONDS:-300}

packages=()
command -v "$python" >/dev/null || packages+=(python3.13)
command -v cfn-signal >/dev/null || packages+=(aws-cfn-bootstrap)
agent=/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl
[ -x "$agent" ] || packages+=(amazon-cloudwatch-agent)
[ "${#packages[@]}" -eq 0 ] || dnf install --quiet --assumeyes --setopt=install_weak_deps=False "${packages[@]}"

id storefront >/dev/null 2>&1 || useradd --system --home-dir /var/lib/storefront --shell /sbin/nologin storefront
install -d -o storefront -g storefront -m 0750 /var/lib/storefront
chgrp storefront /etc/storefront/environment

# Nothing is fetched from a package index: the archive has every package, and the list has every hash.
"$python" -m venv "$release/venv"
"$release/venv/bin/python" -m pip install --quiet --no-index --no-deps --require-hashes --disable-pip-version-check \
  --find-links "$release/wheels" --requirement "$release/requirements.txt"
ln -sfn "$release" /opt/storefront/current

install -m 0644 "$release/storefront.logrotate" /etc/logrotate.d/storefront
install -m 0644 -t /etc/systemd/system "$release"/units/*
systemctl daemon-reload

wait_until_ready() {
  local end=$((SECONDS + ready_seconds))
  until curl -fsS --max-time 5 -o /dev/null http://127.0.0.1:8000/readyz; do
    if [ "$SECONDS" -ge "$end" ]; then
      echo "the web server isn't ready after $ready_seconds s; its last words:" >&2
      tail -n 20 /var/log/storefront/web.log >&2 || true
      return 1
    fi
    sleep 2
  done
}

wait_until_working() {
  # A worker that can't begin ends within seconds, with one line that says why.
  sleep "${WORK_SECONDS:-15}"
  systemctl is-active --quiet "$@" || { tail -n 20 /var/log/storefront/worker.log >&2; return 1; }
}

if [ "$part" = web ]; then
  systemctl enable --now storefront-web.service storefront-upkeep.service
  wait_until_ready
else
  count=$(( ($(nproc) + 1) / 2 ))
  workers=()
  for number in $(seq 1 "$count"); do workers+=("storefront-worker@$number.service"); done
  systemctl enable --now "${workers[@]}" storefront-drain.service
  wait_until_working "${workers[@]}"
fi

"$agent" -a fetch-config -m ec2 -s -c file:/etc/storefront/agent.json
