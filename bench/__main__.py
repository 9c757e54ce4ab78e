"""``python -m bench [MODEL …]``: pages and conversions. ``python -m bench levels [MODEL …]``: our levels
beside those of gltf-transform and gltfpack. ``python -m bench heavy FOLDER``: what the heaviest models cost.
``python -m bench outputs FOLDER``: their outputs, and those of all samples, in validator and viewer.
``python -m bench fuzz``: broken files through the pipeline. ``python -m bench race``: many buyers race for a
few units while the shop's servers are killed under them.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run what the command line names; each measurement loads only what it needs."""
    if sys.argv[1:2] == ["levels"]:
        from bench.levels import main as compare_levels

        compare_levels(sys.argv[2:])
    elif sys.argv[1:2] == ["heavy"]:
        from bench.heavy import main as measure_heavy

        measure_heavy(sys.argv[2:])
    elif sys.argv[1:2] == ["outputs"]:
        from bench.outputs import main as check_outputs

        check_outputs(sys.argv[2:])
    elif sys.argv[1:2] == ["fuzz"]:
        from bench.fuzz import main as fuzz

        fuzz(sys.argv[2:])
    elif sys.argv[1:2] == ["race"]:
        from bench.race.__main__ import main as race

        sys.exit(race(sys.argv[2:]))
    else:
        from bench.shop import main as measure_shop

        measure_shop()


if __name__ == "__main__":
    main()
