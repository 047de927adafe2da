#!/usr/bin/env bash
# Lets callers ask for 100,000 values while a storage is killed, frozen, down at the start and full of rubbish, and prints a
# line for each. The storage is one of those it names when it is given none, or all; --short makes it 5,000. A storage whose
# server is missing gets a line, and the others are tried. Exits 0 only if all was as it must be.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
exec dotnet run -c Release -v quiet --project tests/Cacheme.Storage.Outage -- "$@"
