"""An app with which the site never comes up: whoever waits for it can be stopped."""

import sys
import time

while "uvicorn" in sys.orig_argv:
    time.sleep(1)
