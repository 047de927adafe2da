#!/usr/bin/env bash
# Rewrites PublicAPI.Unshipped.txt of the projects under src/ (or of those named) from what the analyzer finds missing.
# Read the diff before you commit it: public is a promise.
set -euo pipefail
cd "$(dirname "$0")/.."
# The core first: the others do not compile while its list is wrong.
[ $# -gt 0 ] || set -- src/Cacheme.Core/Cacheme.Core.csproj $(ls src/*/*.csproj | grep -v Cacheme.Core)
for project; do
    list="$(dirname "$project")/PublicAPI.Unshipped.txt"
    echo '#nullable enable' > "$list"
    touch "$list"
    output=$(dotnet build "$project" -v quiet -nologo 2>&1) || true
    found=$(sed -nE "s/.*(error|warning) RS0016: Symbol '(.*)' is not part of the declared public API.*$(basename "$project")\]$/\2/p" <<< "$output" | LC_ALL=C sort -u)
    if [ -n "$found" ]; then
        printf '%s\n' "$found" >> "$list"
    else
        printf '%s\n' "$output" >&2
        echo "$project: nothing public was found; does it compile?" >&2
    fi
done
