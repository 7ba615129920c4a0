# Starts Chroma's server out of its wheel, which is unpacked and not installed: the server is one native library, and
# needs nothing else of the package. Arguments: the folder of the wheel, the server's configuration, the parent's pid.
import ctypes
import os
import signal
import sys

folder, config, parent = sys.argv[1:4]
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
# The parent may have died before the kernel was asked.
if os.getppid() != int(parent):
    sys.exit("the parent is gone")
sys.path.insert(0, folder)
import chromadb_rust_bindings

chromadb_rust_bindings.cli(["chroma", "run", config])
