"""Runs a command and wants a certain exit code.

Usage: exits.py CODE COMMAND...
"""
import subprocess
import sys

code = subprocess.run(sys.argv[2:], check=False).returncode
if code != int(sys.argv[1]):
    print(f"exit code {code}, not {sys.argv[1]}", file=sys.stderr)
    sys.exit(1)
