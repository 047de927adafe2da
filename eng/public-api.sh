#!/usr/bin/env bash
# Rewrites PublicAPI.Unshipped.txt of the projects under src/ (or of those named) from what the analyzer finds missing.
# Read the diff before you commit it: public is a promise.
set -euo pipefail
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- src/*/*.csproj
for project; do
    list="$(dirname "$project")/PublicAPI.Unshipped.txt"
    echo '#nullable enable' > "$list"
    found=$(dotnet build "$project" --no-dependencies --no-incremental -v quiet 2>&1 |
        sed -nE "s/.*(error|warning) RS0016: Symbol '(.*)' is not part of the declared public API.*/\2/p" | LC_ALL=C sort -u) || true
    [ -z "$found" ] || printf '%s\n' "$found" >> "$list"
done
