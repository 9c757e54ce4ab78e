#!/bin/sh
# Says in one line what is missing on this machine. Usage: check_tools.sh PYTHON
fail() { echo "storefront: $1" >&2; exit 2; }
command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)"
"$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$1 is older than 3.11: choose another with PYTHON=…"
"$1" -c 'import venv, ensurepip' 2>/dev/null || fail "$1 has no venv: install it (Debian: apt-get install python3-venv)"
command -v node >/dev/null 2>&1 || fail "node is missing: install Node.js 20 or newer"
command -v npm >/dev/null 2>&1 || fail "npm is missing: install it with Node.js 20 or newer"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || fail "node $(node --version) is too old: install Node.js 20 or newer"
