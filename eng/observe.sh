#!/usr/bin/env bash
# Starts two samples over one second tier, callers, and a Prometheus that looks at them, and prints where they are; all end
# with it. With --picture FILE.svg it draws the dashboard after two minutes and ends.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
if ! command -v prometheus > /dev/null; then
    echo "prometheus is missing. Get it with: sudo apt-get install prometheus (Debian, Ubuntu), or the package of that name that your system has." >&2
    exit 1
fi
dotnet build -c Release -v quiet tests/Cacheme.Observe
# In place of this script, so that signals reach it.
exec dotnet tests/Cacheme.Observe/bin/Release/net10.0/Cacheme.Observe.dll "$@"
