# Chroma's command line out of its wheel, which is unpacked and not installed. Arguments: the folder of the wheel, then
# those of the command.
import sys

sys.path.insert(0, sys.argv[1])
import chromadb_rust_bindings

chromadb_rust_bindings.cli(["chroma", *sys.argv[2:]])
