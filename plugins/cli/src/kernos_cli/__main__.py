"""``python -m kernos_cli`` is ``kernos``."""

from kernos_cli.executable import main

if __name__ == "__main__":
    main()
