"""Print which of Debian's packages the engines that are named lack, for scripts/test.

python -m tests.support.engines chromium,firefox,webkit
"""

import sys

from tests.support.engines.firefox import find_firefox
from tests.support.engines.programs import NoEngineError
from tests.support.engines.webkit import find_webkit

FIND = {"chromium": lambda: None, "firefox": find_firefox, "webkit": find_webkit}

for name in sys.argv[1].split(","):
    if name not in FIND:
        sys.exit(f"--browsers: {name} is none of {', '.join(FIND)}")
    try:
        FIND[name]()
    except NoEngineError as error:
        print(error.package)
