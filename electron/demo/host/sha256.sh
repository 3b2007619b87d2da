#!/bin/sh
# Linux has sha256sum, macOS has shasum; both print "HASH  FILE".
if command -v sha256sum >/dev/null 2>&1; then exec sha256sum "$@"; fi
exec shasum -a 256 "$@"
