#!/usr/bin/env bash
# Builds the solution and runs all its tests against real servers. Ends with "N passed, N failed"; exits 0 only if none failed.
# A test that was skipped and a project without tests count as failed: what did not run is not known to work.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 CACHEME_REQUIRE_SERVERS=1

work=$(mktemp -d) || exit 1
child=''
finish() {
    [ -z "$child" ] || kill "$child" 2>/dev/null
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

require_dotnet() {
    local sdk
    sdk=$(sed -nE 's/.*"version": *"([^"]+)".*/\1/p' global.json)
    # Run here, so that global.json has its say.
    dotnet --version > /dev/null 2>&1 || fail "The .NET SDK $sdk is missing (global.json asks for it). Get it from https://dotnet.microsoft.com/download."
}

# Debian has some servers' programs where the PATH of a user does not look.
find_program() {
    command -v "$1" || ls /usr/sbin/"$1" /usr/lib/postgresql/*/bin/"$1" 2> /dev/null | tail -n 1
}

# The tests start servers of their own from the installed programs. The services that the packages may bring are not used.
require_server() {
    local program=$1 package=$2
    [ -z "$(find_program "$program")" ] || return 0
    if command -v apt-get > /dev/null && as_root true 2> /dev/null; then
        echo "Installing $package."
        { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "$package"; } > "$work/apt" 2>&1 || cat "$work/apt" >&2
        hash -r
    fi
    [ -n "$(find_program "$program")" ] || fail "$program is missing, and the tests need it." \
        "Get it with: sudo apt-get install $package (Debian, Ubuntu), or the package of that name that your system has."
}

# In the background and waited for, so that a signal to this script ends it too.
run() {
    "$@" &
    child=$!
    wait "$child"
    local code=$?
    child=''
    return "$code"
}

passed=0
failed=0

count() {
    sed -nE "s/.*<assembly [^>]* $1=\"([0-9]+)\".*/\1/p" "$2" | head -n 1
}

run_tests() {
    local name=$1 report="$work/$1.xml" code=0 good bad errors
    echo "== $name"
    run ${limit[@]+"${limit[@]}"} dotnet "tests/$name/bin/Release/net10.0/$name.dll" -noLogo -noColor -failSkips -result-xml "$report" || code=$?
    good=$(count passed "$report" 2> /dev/null)
    bad=$(count failed "$report" 2> /dev/null)
    errors=$(count errors "$report" 2> /dev/null)
    good=${good:-0}
    bad=$((${bad:-0} + ${errors:-0}))
    if [ "$bad" -eq 0 ] && [ "$code" -ne 0 ]; then
        echo "$name ended with exit code $code."
        bad=1
    elif [ $((good + bad)) -eq 0 ]; then
        echo "$name has no tests."
        bad=1
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
}

# A table of the tests that each storage passed, by suite. Storages that passed different numbers count as a failure.
print_storages() {
    tr '>' '\n' < "$1" |
        sed -nE 's/.*<test .* result="Pass".* type="[^"]*\.([A-Za-z]+)Conformance\+([A-Za-z]+)".*/\1 \2/p' |
        awk '
            { passed[$1, $2]++; storages[$1]; suites[$2]; total[$1]++ }
            function sorted(set, list,   n, i, j, key) {
                n = 0
                for (key in set) list[++n] = key
                for (i = 2; i <= n; i++) { key = list[i]; for (j = i - 1; j && list[j] > key; j--) list[j + 1] = list[j]; list[j + 1] = key }
                return n
            }
            END {
                columns = sorted(storages, storage); rows = sorted(suites, suite)
                printf "%-14s", "passed"; for (c = 1; c <= columns; c++) printf " %16s", storage[c]; print ""
                for (r = 1; r <= rows; r++) {
                    printf "%-14s", suite[r]; for (c = 1; c <= columns; c++) printf " %16d", passed[storage[c], suite[r]]; print ""
                }
                printf "%-14s", "all"; for (c = 1; c <= columns; c++) { printf " %16d", total[storage[c]]; uneven += total[storage[c]] != total[storage[1]] }
                print ""
                exit columns == 0 || uneven > 0
            }'
}

require_dotnet
require_server redis-server redis-server
require_server promtool prometheus
require_server postgres postgresql
require_server initdb postgresql
require_server mariadbd mariadb-server
require_server mariadb-install-db mariadb-server
[ -n "${CACHEME_TEST_MONGODB:-}" ] || echo 'MongoDB: the stand-in of the tests; CACHEME_TEST_MONGODB may name a mongod.'

# No build servers that outlive this script.
if run dotnet build Cacheme.sln -c Release -v quiet -nologo -nodeReuse:false -p:UseSharedCompilation=false; then
    limit=()
    ! command -v timeout > /dev/null || limit=(timeout 600)
    for project in tests/*.Tests/*.csproj tests/*.Conformance/*.csproj; do
        run_tests "$(basename "$project" .csproj)"
    done
    if ! print_storages "$work/Cacheme.Storage.Conformance.xml"; then
        echo 'The storages did not pass the same number of tests.'
        failed=$((failed + 1))
    fi
else
    echo 'The build failed.'
    failed=1
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
