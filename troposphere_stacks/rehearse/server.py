"""``python -m troposphere_stacks.rehearse.server TYPES OUT``: the emulator, with stand-ins.

TYPES is a JSON file with the resource types of the set; OUT gets those that only have a stand-in. Address
and port come from BIND_HOST and GATEWAY_PORT.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ministack import app
from ministack.services.cloudformation import provisioners

from troposphere_stacks.rehearse.standins import register


def main() -> None:
    """Serve until told to end."""
    types, out = Path(sys.argv[1]), Path(sys.argv[2])
    del sys.argv[1:]
    # No public way to add types; the emulator's version is pinned, and the rehearsal is a test.
    missing = register(provisioners._RESOURCE_HANDLERS, json.loads(types.read_bytes()), "us-east-1")
    out.write_text(json.dumps(missing))
    app.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
