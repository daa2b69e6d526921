"""``python -m zhunsheng``."""

from zhunsheng.cli import main

# A process that scores rows beside this one imports this module too.
if __name__ == "__main__":
    main()
