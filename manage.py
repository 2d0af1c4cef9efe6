#!/usr/bin/env python
"""Cordillera's management commands: `manage.py help` lists them."""

import os
import sys
from pathlib import Path


def main() -> None:
    # platform/ is a source root, not a package: an __init__.py there would shadow Python's `platform`.
    sys.path.insert(0, str(Path(__file__).resolve().parent / "platform"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cordillera.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
